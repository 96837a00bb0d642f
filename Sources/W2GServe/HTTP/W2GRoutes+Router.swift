public import Hummingbird

extension W2GRoutes {
    /// Answers a request, whatever its path.
    public func respond(to request: Request) async -> Response {
        await answer(request.head, from: nil).response
    }
}

extension RouterMethods {
    /// Adds the addresses of a watch-together server at the root of this router.
    ///
    /// Rooms need connections of their own and are not among them: use ``W2GServer`` for these.
    /// - Parameters:
    ///   - routes: What answers.
    ///   - includingPage: Whether `/` is added too.
    /// - Returns: The router.
    @discardableResult
    public func addW2GRoutes(_ routes: W2GRoutes, includingPage: Bool = true) -> Self {
        var paths: [RouterPath] = [
            "video/**", "videos", "videos/**", "fmp4/**", "healthz", "readyz", "metrics",
        ]
        if includingPage { paths.append("") }
        for path in paths {
            for method in [HTTPRequest.Method.get, .head, .options] {
                on(path, method: method) { request, _ in await routes.respond(to: request) }
            }
        }
        return self
    }
}
