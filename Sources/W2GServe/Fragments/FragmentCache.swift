import HLSKit
import NIOConcurrencyHelpers
import NIOCore

/// A segment as CMAF.
struct TurnedSegment: Sendable {
    let fragment: ByteBuffer
    let section: ByteBuffer
    /// The name of the init section, equal exactly where its bytes are.
    let sectionName: String
    /// Whether the same source gives the same bytes from now on.
    let isFinal: Bool
}

/// What was derived lately, in bounded memory; each is made once however many ask at the same time.
final class FragmentCache: Sendable {
    /// Something that was derived.
    enum Value: Sendable {
        case segment(TurnedSegment)
        case playlist(DerivedText)

        var cost: Int {
            switch self {
            case .segment(let segment): segment.fragment.readableBytes + segment.section.readableBytes + 1_024
            case .playlist(let text): text.bytes.readableBytes * 4 + 1_024
            }
        }

        /// Whether it may be given out again.
        var isFinal: Bool {
            switch self {
            case .segment(let segment): segment.isFinal
            case .playlist(let text): text.isFinal
            }
        }
    }

    private typealias Making = Task<Result<Value, FragmentFailure>, Never>

    private struct State: Sendable {
        var cache: LRUCache<String, Value>
        var making: [String: Making] = [:]
    }

    private let state: NIOLockedValueBox<State>

    /// - Parameter capacity: The most memory that it may take, in bytes.
    init(capacity: Int) {
        state = NIOLockedValueBox(State(cache: LRUCache(capacity: capacity)))
    }

    /// What a key stands for, from memory, or made now; who comes meanwhile waits for the same.
    ///
    /// - Parameter key: Holds the version of everything that the value depends on.
    func value(
        for key: String,
        make: @escaping @Sendable () async -> Result<Value, FragmentFailure>
    ) async throws(FragmentFailure) -> Value {
        enum Found {
            case value(Value)
            case making(Making)
        }
        let found = state.withLockedValue { state -> Found in
            if let value = state.cache.value(for: key) { return .value(value) }
            if let making = state.making[key] { return .making(making) }
            // Not a child of who asks: others wait for it too.
            let making = Making { [self] in
                let result = await make()
                finish(key, result)
                return result
            }
            state.making[key] = making
            return .making(making)
        }
        switch found {
        case .value(let value): return value
        case .making(let making): return try await making.value.get()
        }
    }

    private func finish(_ key: String, _ result: Result<Value, FragmentFailure>) {
        state.withLockedValue { state in
            state.making[key] = nil
            if case .success(let value) = result, value.isFinal {
                state.cache.insert(value, for: key, cost: value.cost)
            }
        }
    }
}

/// The text of a derived playlist.
struct DerivedText: Sendable {
    let bytes: ByteBuffer
    let validators: Validators
    let text: CompressibleText
    /// Whether the same source gives the same text from now on.
    let isFinal: Bool

    init(_ playlist: String, isFinal: Bool) {
        bytes = ByteBuffer(string: playlist)
        validators = Validators(content: bytes.readableBytesView)
        text = CompressibleText(bytes)
        self.isFinal = isFinal
    }
}
