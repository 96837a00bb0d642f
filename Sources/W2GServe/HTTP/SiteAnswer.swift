import Hummingbird
import NIOCore

/// An answer before it is written to a connection.
struct SiteAnswer: Sendable {
    /// What comes behind the fields.
    enum Body: Sendable {
        case none
        case bytes(ByteBuffer)
        case stream(FileStream)
    }

    var status: HTTPResponse.Status
    var fields: HTTPFields
    var body: Body

    /// Makes an answer; the length of its body is told by a field.
    init(_ status: HTTPResponse.Status, fields: HTTPFields = [:], body: Body = .none) {
        self.status = status
        self.fields = fields
        self.body = body
        // RFC 9110 8.6: none where there cannot be a body.
        guard self.fields[.contentLength] == nil, status != .notModified, status != .noContent else { return }
        self.fields[.contentLength] = "\(length)"
    }

    /// An answer of text.
    init(_ status: HTTPResponse.Status, type: String, text: String) {
        self.init(
            status,
            fields: [.contentType: type, .cacheControl: "no-cache"],
            body: .bytes(ByteBuffer(string: text))
        )
    }

    /// An answer of JSON with a `detail`, as the original gave them.
    static func json(_ status: HTTPResponse.Status, detail: String) -> SiteAnswer {
        SiteAnswer(status, type: "application/json", text: #"{"detail":\#(JSONText.quoted(detail))}"#)
    }

    /// An answer that sends the client elsewhere; it asks anew each time, as a 301 could be kept for ever.
    static func redirect(_ status: HTTPResponse.Status, to location: String) -> SiteAnswer {
        SiteAnswer(status, fields: [.location: location, .cacheControl: "no-cache"])
    }

    static var notFound: SiteAnswer { .json(.notFound, detail: "Not Found") }

    /// The bytes of the body.
    var length: Int {
        switch body {
        case .none: 0
        case .bytes(let bytes): bytes.readableBytes
        case .stream(let stream): stream.length
        }
    }

    /// The answer for a Hummingbird router.
    var response: Response {
        let body: ResponseBody
        switch self.body {
        case .none:
            body = ResponseBody()
        case .bytes(let bytes):
            body = ResponseBody(byteBuffer: bytes)
        case .stream(let stream):
            body = ResponseBody(contentLength: stream.length) { writer in
                var stream = stream
                while let bytes = try await stream.next() { try await writer.write(bytes) }
                try await writer.finish(nil)
            }
        }
        var response = Response(status: status, headers: fields, body: body)
        response.headers[.contentLength] = fields[.contentLength]
        return response
    }
}

/// Text as JSON has it.
enum JSONText {
    /// A string with its quotes (RFC 8259 7).
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
