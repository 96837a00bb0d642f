import CFFmpeg

/// The filters that make any picture one that browsers and phones show: upright, progressive, SDR, 8-bit 4:2:0, even-sized.
enum VideoFilters {
    /// Facts about the decoded pictures.
    struct Source: Hashable {
        var width: Int
        var height: Int
        var format: Int32
        var isInterlaced: Bool
        var orientation: Orientation
        var isHighDynamicRange: Bool
        var tellsPrimaries: Bool
        var tellsMatrix: Bool
        var isFullRange: Bool

        init(_ frame: Frame, orientation: Orientation, isInterlaced: Bool) {
            let picture = frame.pointer.pointee
            width = Int(picture.width)
            height = Int(picture.height)
            format = picture.format
            self.isInterlaced = isInterlaced || frame.isInterlaced
            self.orientation = orientation
            isHighDynamicRange =
                picture.color_trc == AVCOL_TRC_SMPTE2084 || picture.color_trc == AVCOL_TRC_ARIB_STD_B67
            tellsPrimaries = picture.color_primaries != AVCOL_PRI_UNSPECIFIED
            tellsMatrix = picture.colorspace != AVCOL_SPC_UNSPECIFIED
            isFullRange = picture.color_range == AVCOL_RANGE_JPEG || picture.format == AV_PIX_FMT_YUVJ420P.rawValue
        }
    }

    /// The chain in FFmpeg's words; nil when the pictures are right as they are.
    ///
    /// - Parameters:
    ///   - target: The size that later pictures must have, when the first ones fixed one.
    ///   - format: What the encoder takes.
    ///   - canToneMap: Whether FFmpeg has the filters for it.
    static func chain(
        for source: Source,
        target: (width: Int, height: Int)? = nil,
        format: AVPixelFormat = AV_PIX_FMT_YUV420P,
        canToneMap: Bool
    ) -> String? {
        var filters: [String] = []
        if source.isInterlaced { filters.append("bwdif=mode=send_frame:deint=interlaced") }
        if source.isHighDynamicRange, canToneMap {
            // Linear light, the narrower gamut, the curve that keeps highlights, and back.
            // What a film of this range does not tell is as ITU-R BT.2100 has it.
            if !source.tellsPrimaries { filters.append("setparams=color_primaries=bt2020") }
            if !source.tellsMatrix { filters.append("setparams=colorspace=bt2020nc") }
            filters += [
                "zscale=transfer=linear:npl=100", "format=gbrpf32le", "zscale=primaries=bt709",
                "tonemap=tonemap=hable:desat=0", "zscale=transfer=bt709:matrix=bt709:range=limited",
            ]
        }
        switch source.orientation.rotation {
        case 90: filters.append("transpose=clock")
        case 180: filters += ["hflip", "vflip"]
        case 270: filters.append("transpose=cclock")
        default: break
        }
        if source.orientation.isMirrored { filters.append("hflip") }
        let isTurned = source.orientation.rotation % 180 != 0
        let (width, height) = isTurned ? (source.height, source.width) : (source.width, source.height)
        if let target, target != (width, height) {
            filters.append("scale=\(target.width):\(target.height)")
        } else if width < 2 || height < 2 {
            filters.append("pad=ceil(iw/2)*2:ceil(ih/2)*2")
        } else if width % 2 != 0 || height % 2 != 0 {
            // A line less is sharper than every line resampled.
            filters.append("crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0:exact=1")
        }
        if source.isFullRange, !source.isHighDynamicRange || !canToneMap {
            filters.append("scale=in_range=full:out_range=limited")
        }
        if source.format != format.rawValue || !filters.isEmpty {
            filters.append("format=" + (av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "yuv420p"))
        }
        return filters.isEmpty ? nil : filters.joined(separator: ",")
    }
}
