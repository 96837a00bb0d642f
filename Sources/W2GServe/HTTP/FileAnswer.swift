import Hummingbird
import NIOCore

/// The answer to a request for a file: whole, a part, or only that it is the same (RFC 9110 13, 14, 15.3.7, 15.4.5).
struct FileAnswer {
    let type: ServedType
    /// Bytes.
    let size: Int64
    let validators: Validators
    /// Whether the bytes are those of the file in gzip.
    var isGzip = false

    /// Whether the address names this version, which then never changes.
    var isVersioned = false

    /// Clients ask each time whether they still have the current one, as the next film may use every name again.
    private var cacheControl: String {
        isVersioned ? "public, max-age=31536000, immutable" : "no-cache"
    }

    /// Makes the answer.
    ///
    /// - Parameter body: Gives a part of the file.
    func answer(to request: HTTPRequest, body: (Range<Int64>) -> SiteAnswer.Body) -> SiteAnswer {
        let asked = request.headerFields
        let etag = isGzip ? validators.gzipETag : validators.etag
        let modified = validators.modified(at: HTTPDate.now())
        var fields: HTTPFields = [
            .contentType: type.contentType, .eTag: etag, .cacheControl: cacheControl,
            .acceptRanges: "bytes",
            .xContentTypeOptions: "nosniff",
        ]
        if let modified { fields[.lastModified] = HTTPDate.text(modified) }
        if type.isText { fields[.vary] = "Accept-Encoding" }
        if isGzip { fields[.contentEncoding] = "gzip" }
        switch Preconditions.evaluate(asked, etag: etag, modified: modified) {
        case .notModified:
            fields[.contentType] = nil
            fields[.contentEncoding] = nil
            return SiteAnswer(.notModified, fields: fields)
        case .failed:
            return .json(.preconditionFailed, detail: "Precondition Failed")
        case .proceed:
            break
        }
        // Ranges are defined for GET alone (RFC 9110 14.2).
        guard request.method == .get, let range = asked[.range],
            Preconditions.allowsRange(asked, etag: etag, modified: modified)
        else { return whole(fields, request, body) }
        switch ByteSelection(range, size: size) {
        case .all:
            return whole(fields, request, body)
        case .unsatisfiable:
            var answer = SiteAnswer.json(.rangeNotSatisfiable, detail: "Range Not Satisfiable")
            answer.fields[.contentRange] = "bytes */\(size)"
            return answer
        case .part(let part):
            fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
            return SiteAnswer(.partialContent, fields: fields, body: body(part))
        }
    }

    private func whole(
        _ fields: HTTPFields,
        _ request: HTTPRequest,
        _ body: (Range<Int64>) -> SiteAnswer.Body
    ) -> SiteAnswer {
        SiteAnswer(.ok, fields: fields, body: body(0..<size))
    }
}
