import Foundation
import HLSInspection
import HLSKit
import TestSupport
import Testing

@Suite("The JSON of reports")
struct ReportSchemaTests {
    /// A part of JSON Schema: types, properties, items, enumerations and references.
    private struct Schema {
        let root: [String: Any]

        init() throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../docs/inspect.schema.json"
            )
            root = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        }

        /// What does not fit the schema.
        func problems(of value: Any, against schema: [String: Any]? = nil, at path: String = "") -> [String] {
            var schema = schema ?? root
            if let reference = schema["$ref"] as? String {
                let name = String(reference.split(separator: "/").last ?? "")
                guard let definition = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                    return ["\(path): no definition of \(name)"]
                }
                schema = definition
            }
            if let constant = schema["const"] as? Int, value as? Int != constant {
                return ["\(path): is not \(constant)"]
            }
            if let values = schema["enum"] as? [String], !values.contains(value as? String ?? "") {
                return ["\(path): \(value) is none of \(values)"]
            }
            switch schema["type"] as? String {
            case "object": return objectProblems(value, schema, path)
            case "array":
                guard let items = value as? [Any] else { return ["\(path): no array"] }
                let item = schema["items"] as? [String: Any] ?? [:]
                return items.enumerated().flatMap {
                    problems(of: $0.element, against: item, at: "\(path)[\($0.offset)]")
                }
            case "string": return value is String ? [] : ["\(path): no string"]
            case "boolean": return value is Bool ? [] : ["\(path): no boolean"]
            case "number": return value is Double ? [] : ["\(path): no number"]
            case "integer":
                guard let number = value as? Int else { return ["\(path): no integer"] }
                return number >= schema["minimum"] as? Int ?? .min ? [] : ["\(path): \(number) is too small"]
            default: return []
            }
        }

        private func objectProblems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
            guard let object = value as? [String: Any] else { return ["\(path): no object"] }
            let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
            let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
            return missing.map { "\(path): \($0) is missing" }
                + object.flatMap { key, value in
                    properties[key].map { problems(of: value, against: $0, at: "\(path).\(key)") }
                        ?? ["\(path): \(key) is not described"]
                }
        }
    }

    private func object(_ report: InspectionReport) throws -> Any {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
    }

    @Test("every report of a broken stream is as the schema says", arguments: BrokenStream.all)
    func broken(stream: BrokenStream) async throws {
        let report = try await InspectedFolder(stream.files()).inspect()
        #expect(try Schema().problems(of: object(report)) == [])
    }

    @Test("the report of an MP4 file is as the schema says")
    func file() async throws {
        let report = try await InspectedFolder(["a.mp4": SampleFragments().file()]).inspect("a.mp4")
        #expect(report.renditions.first?.boxes != nil)
        #expect(try Schema().problems(of: object(report)) == [])
    }

    @Test("what is not described, missing or of another kind does not fit the schema")
    func misfits() async throws {
        let report = try await InspectedFolder(SampleFragments().files()).inspect()
        var object = try #require(object(report) as? [String: Any])
        object["more"] = 1
        object["kind"] = "film"
        object["file"] = nil
        object["version"] = 2
        #expect(try Schema().problems(of: object).count == 4)
    }

    @Test("the guide names every field")
    func guide() throws {
        let guide = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/inspect.md"),
            encoding: .utf8
        )
        let definitions = try #require(Schema().root["$defs"] as? [String: [String: Any]])
        for (name, definition) in definitions {
            for field in (definition["properties"] as? [String: Any] ?? [:]).keys {
                let spellings = ["`\(field)`", "`.\(field)`", "`\(field)[]`", "`.\(field)[]`"]
                #expect(spellings.contains { guide.contains($0) }, "\(name).\(field)")
            }
        }
    }
}
