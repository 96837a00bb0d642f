import CFFmpeg
import HLSKit

extension TrackDescription {
    /// Describes a stream that is copied.
    init(copying stream: InputStream) throws(FFmpegError) {
        let parameters = try CodecParameters { parameters throws(FFmpegError) in
            try FFmpegError.check(avcodec_parameters_copy(parameters, stream.parameters))
            if let ratio = stream.containerSampleAspectRatio { parameters.pointee.sample_aspect_ratio = ratio }
        }
        self.init(extradata: stream.extradata, timeBase: stream.timeBase, parameters: parameters)
        display = stream.displayMetadata
        language = stream.language.map(LanguageCode.threeLetters)
        title = stream.title
    }
}

extension InputStream {
    /// What the container stores of how the stream is shown.
    var displayMetadata: DisplayMetadata {
        guard kind == .video else { return DisplayMetadata() }
        var display = DisplayMetadata()
        if let ratio = containerSampleAspectRatio, ratio.num != ratio.den {
            display.sampleAspectRatio = SampleAspectRatio(width: Int(ratio.num), height: Int(ratio.den))
        }
        let fields = parameters.pointee
        var colour = ColourDescription()
        colour.primaries = UInt8(clamping: fields.color_primaries.rawValue)
        colour.transfer = UInt8(clamping: fields.color_trc.rawValue)
        colour.matrix = UInt8(clamping: fields.color_space.rawValue)
        colour.isFullRange = fields.color_range == AVCOL_RANGE_JPEG
        if colour != ColourDescription() { display.colour = colour }
        if let mastering = w2g_mastering_display(pointer)?.pointee {
            display.masteringDisplay = MasteringDisplay(mastering)
        }
        if let light = w2g_content_light(pointer)?.pointee {
            display.contentLightLevel = ContentLightLevel(
                greatest: UInt16(clamping: light.MaxCLL),
                greatestAverage: UInt16(clamping: light.MaxFALL)
            )
        }
        if let vision = w2g_dolby_vision(pointer)?.pointee { display.dolbyVision = DolbyVisionConfiguration(vision) }
        return display
    }
}

extension MasteringDisplay {
    /// Nil when the metadata lacks the primaries or the luminance.
    fileprivate init?(_ metadata: AVMasteringDisplayMetadata) {
        guard metadata.has_primaries != 0, metadata.has_luminance != 0 else { return nil }
        func chromaticity(_ value: AVRational) -> UInt16 {
            value.den == 0 ? 0 : UInt16(clamping: Int((value.value * 50_000).rounded()))
        }
        func luminance(_ value: AVRational) -> UInt32 {
            value.den == 0 ? 0 : UInt32(clamping: Int((value.value * 10_000).rounded()))
        }
        let (red, green, blue) = metadata.display_primaries
        let points = [green, blue, red, metadata.white_point]
        self.init(
            chromaticities: points.flatMap { [chromaticity($0.0), chromaticity($0.1)] },
            greatestLuminance: luminance(metadata.max_luminance),
            leastLuminance: luminance(metadata.min_luminance)
        )
    }
}

extension DolbyVisionConfiguration {
    /// Packs the fields as the box has them ("Dolby Vision Streams Within the ISO Base Media File Format" 3.2).
    fileprivate init?(_ record: AVDOVIDecoderConfigurationRecord) {
        self.init(
            [
                record.dv_version_major, record.dv_version_minor,
                record.dv_profile << 1 | record.dv_level >> 5,
                record.dv_level << 3 | record.rpu_present_flag << 2 | record.el_present_flag << 1
                    | record.bl_present_flag,
                record.dv_bl_signal_compatibility_id << 4,
            ] + Array(repeating: 0, count: 19)
        )
    }
}
