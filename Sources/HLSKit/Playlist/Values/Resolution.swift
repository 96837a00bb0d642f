/// The optimal pixel size to display a video at: a decimal-resolution (draft-pantos-hls-rfc8216bis 4.2).
public struct Resolution: Sendable, Hashable {
    /// Pixels across.
    public var width: Int
    /// Pixels down.
    public var height: Int

    /// A size in pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}

extension Resolution: AttributeValue {
    /// Reads `<width>x<height>`.
    public init?(attribute text: Span<UInt8>) {
        let content = text.unquoted
        var cross = content.lowerBound
        while cross < content.upperBound, text[cross] != 0x78, text[cross] != 0x58 { cross &+= 1 }
        guard cross < content.upperBound, let width = Numbers.integer(text, content.lowerBound..<cross),
            let height = Numbers.integer(text, (cross &+ 1)..<content.upperBound)
        else { return nil }
        self.init(width: width, height: height)
    }

    /// Appends `<width>x<height>`.
    public func write(to text: inout [UInt8]) {
        width.write(to: &text)
        text.append(0x78)
        height.write(to: &text)
    }
}
