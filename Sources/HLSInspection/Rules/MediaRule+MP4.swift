import HLSKit

extension MediaRule {
    /// Whether the rule is about segments of HLS, and not about MP4 files.
    var isOfStreams: Bool { self == .absoluteAddressing || self == .incompatibleBrands || self == .decodeTimeMissing }

    /// The finding that a problem of MP4 means, and what to do.
    static func finding(for problem: MP4Problem) -> (rule: MediaRule, advice: String) {
        switch problem.kind {
        case .truncatedBox, .invalidSize, .trailingBytes:
            (.brokenBox, "the file was cut off or damaged, write it again")
        case .boxTooLarge, .tooManyBoxes:
            (.brokenBox, "nothing needs so much, write the file again")
        case .truncatedFields, .truncatedTable, .invalidField, .unknownVersion, .duplicateBox:
            (.brokenBox, "write the box as its clause says")
        case .missingBox: (.missingBox, "write it")
        case .wrongOrder: (.boxOrder, "write them in the other order")
        case .invalidConfiguration: (.codecConfiguration, "nothing can be decoded without it, write it again")
        case .duplicateTrack: (.brokenBox, "give each track a number of its own")
        case .sampleCountMismatch, .tooManySamples: (.sampleTable, "write the tables again")
        case .samplesInInitialization: (.sampleTable, "put samples into segments")
        case .dataOutside: (.samplesOutside, "correct the data offset, or write the media data that is missing")
        case .unknownTrack: (.unknownTrack, "use the init segment that belongs to the segment")
        case .missingDecodeTime: (.decodeTimeMissing, "write a tfdt box into each traf box")
        case .decodeTimeGap: (.pictureGap, "let each fragment begin where the one before ends")
        case .sequenceNumberNotRising: (.sequenceNumberNotRising, "let the numbers rise")
        case .absoluteAddressing: (.absoluteAddressing, "set default-base-is-moof in tfhd, and no base data offset")
        case .incompatibleBrands: (.incompatibleBrands, "list iso6 among the compatible brands")
        }
    }
}
