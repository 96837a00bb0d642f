/// What a reader of MP4 finds, in the order of the file.
public enum MP4Output: Sendable {
    /// A box that is in no other one; told behind its last byte, in front of what is inside.
    case box(MP4File.TopLevelBox)
    /// The brands of a file (`ftyp`).
    case fileBrands(MP4File.Brands)
    /// The brands of a segment (`styp`).
    case segmentBrands(MP4File.Brands)
    /// The tracks (`moov`).
    case movie(MP4Movie)
    /// A fragment (`moof`).
    case fragment(MovieFragment)
    /// A segment index (`sidx`).
    case segmentIndex(SegmentIndex)
    /// An event message (`emsg`).
    case eventMessage(EventMessage)
    /// A time of production (`prft`).
    case producerTime(ProducerReferenceTime)
    /// Something that is wrong.
    case problem(MP4Problem)
}
