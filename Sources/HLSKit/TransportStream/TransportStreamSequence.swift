/// The access units and events of a transport stream whose bytes arrive in chunks.
///
/// ```swift
/// for try await output in TransportStreamSequence(chunks) {
///     if case .accessUnit(let unit) = output { print(unit.pid, unit.pts?.seconds ?? 0) }
/// }
/// ```
///
/// It reads a chunk when it is asked for more than the one before gave, so memory does not grow with the stream.
public struct TransportStreamSequence<Base: AsyncSequence>: AsyncSequence
where Base.Element: Sequence, Base.Element.Element == UInt8 {
    /// What a demuxer gives out.
    public typealias Element = TransportStreamOutput
    /// What the chunks fail with; the stream itself never fails.
    public typealias Failure = Base.Failure

    private let base: Base
    private let configuration: TransportStreamDemuxer.Configuration

    /// Reads the stream that the chunks make up.
    public init(_ base: Base, configuration: TransportStreamDemuxer.Configuration = .init()) {
        self.base = base
        self.configuration = configuration
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), demuxer: TransportStreamDemuxer(configuration: configuration))
    }

    /// Reads the stream once.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private var demuxer: TransportStreamDemuxer
        private var outputs: [TransportStreamOutput] = []
        private var position = 0
        private var isFinished = false

        init(base: Base.AsyncIterator, demuxer: TransportStreamDemuxer) {
            self.base = base
            self.demuxer = demuxer
        }

        /// The next access unit or event, nil at the end.
        public mutating func next() async throws -> TransportStreamOutput? {
            try await next(isolation: #isolation)
        }

        /// The next access unit or event, nil at the end.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(Base.Failure) -> TransportStreamOutput? {
            while position == outputs.count {
                guard !isFinished else { return nil }
                var found: [TransportStreamOutput] = []
                if let chunk = try await base.next(isolation: actor) {
                    demuxer.push(Array(chunk)) { found.append($0) }
                } else {
                    isFinished = true
                    demuxer.finish { found.append($0) }
                }
                outputs = found
                position = 0
            }
            defer { position += 1 }
            return outputs[position]
        }
    }
}

extension TransportStreamSequence: Sendable where Base: Sendable {}
