/// One item while it is fetched.
struct Job: Sendable {
    let item: WorkItem
    let request: ResourceRequest
    let files: [PlannedFile]
    let treatments: [FileWriter.Treatment]
    /// The path of the download's folder.
    let path: String
    let counter: ByteCounter
    let copies: RenditionCopies?
    let limits: DownloadLimits

    /// Fetches the item, from another place when the first one fails.
    func run(_ fetcher: any ResourceFetcher) async -> DownloadRun.Outcome {
        do throws(DownloadError) {
            return .job(item, .success(try await fetched(fetcher)))
        } catch {
            return .job(item, .failure(error))
        }
    }

    private func fetched(
        _ fetcher: any ResourceFetcher
    ) async throws(DownloadError) -> ([FileWriter.Written], DownloadWarning?) {
        guard let copies else { return (try await fetch(request, fetcher), nil) }
        var failure: DownloadError?
        if await !copies.areFirst {
            do throws(DownloadError) {
                var first = request
                first.retries = RenditionCopies.retries
                let written = try await fetch(first, fetcher)
                await copies.note(firstPlaceFailed: false)
                return (written, nil)
            } catch {
                guard error.isOfResource else { throw error }
                failure = error
                await copies.note(firstPlaceFailed: true)
            }
        }
        for copy in await copies.requests(for: item.content, limits: limits) {
            do throws(DownloadError) {
                let written = try await fetch(copy, fetcher)
                let warning = failure.map {
                    DownloadWarning.copyUsed(url: request.url, copy: copy.url, reason: "\($0)")
                }
                return (written, warning)
            } catch {
                guard error.isOfResource else { throw error }
            }
        }
        if let failure, failure.code == .notFound { throw failure }
        let written = try await fetch(request, fetcher)
        await copies.note(firstPlaceFailed: false)
        return (written, nil)
    }

    private func fetch(
        _ request: ResourceRequest,
        _ fetcher: any ResourceFetcher
    ) async throws(DownloadError) -> [FileWriter.Written] {
        guard var sink = JobSink(files, in: path, treatments: treatments, counter: counter) else {
            throw DownloadError(.notUsable, "a key is missing")
        }
        _ = try await fetcher.fetch(request, into: &sink)
        return sink.written
    }
}
