/// Does work on several inputs at once, at most `limit` at a time.
///
/// - Returns: What came of each input, in their order.
func concurrently<Input: Sendable, Output: Sendable>(
    _ inputs: [Input],
    limit: Int,
    _ work: @escaping @Sendable (Input) async -> Output
) async -> [Output] {
    await withTaskGroup(of: (index: Int, output: Output).self) { group in
        var outputs = [Output?](repeating: nil, count: inputs.count)
        var next = 0
        while next < inputs.count, next < max(1, limit) {
            let (index, input) = (next, inputs[next])
            group.addTask { (index, await work(input)) }
            next += 1
        }
        while let done = await group.next() {
            outputs[done.index] = done.output
            guard next < inputs.count else { continue }
            let (index, input) = (next, inputs[next])
            group.addTask { (index, await work(input)) }
            next += 1
        }
        return outputs.compactMap(\.self)
    }
}
