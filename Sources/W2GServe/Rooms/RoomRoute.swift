package import Hummingbird
import NIOCore

/// The answers to requests under `/ws/` that do not ask for a WebSocket, for a route.
package enum RoomRoute {
    /// What is answered to a plain request for this target: 426 for a place in a room, 404 for anything else there.
    ///
    /// - Parameter target: The path, percent-encoded as it came.
    /// - Returns: Nil when the target is not under `/ws/`.
    package static func response(to target: String) -> Response? {
        switch RoomPath.read(target) {
        case .elsewhere:
            return nil
        case .nothing:
            return response(.notFound, detail: "Not Found", [:])
        case .place:
            let fields: HTTPFields = [.upgrade: "websocket", .connection: "Upgrade"]
            return response(.upgradeRequired, detail: "This address is for WebSockets", fields)
        }
    }

    private static func response(_ status: HTTPResponse.Status, detail: String, _ fields: HTTPFields) -> Response {
        var fields = fields
        fields[.contentType] = "application/json"
        return Response(
            status: status,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"detail\":\"\(detail)\"}"))
        )
    }
}
