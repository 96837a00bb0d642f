import CFFmpeg
import HLSKit

/// The filters that make any picture one that browsers and phones show: upright, progressive, SDR, 8-bit 4:2:0, even-sized.
enum VideoFilters {
    /// A size in samples, and the shape of a sample.
    struct Shape: Hashable {
        var width: Int
        var height: Int
        var aspect = SampleAspectRatio.square

        /// The same picture after a quarter turn.
        var turned: Shape {
            Shape(width: height, height: width, aspect: SampleAspectRatio(width: aspect.height, height: aspect.width))
        }
    }

    /// Facts about the decoded pictures.
    struct Source: Hashable {
        var shape: Shape
        var format: Int32
        var isInterlaced: Bool
        var orientation: Orientation
        var isHighDynamicRange: Bool
        var tellsPrimaries: Bool
        var tellsMatrix: Bool
        var isFullRange: Bool

        init(_ frame: Frame, orientation: Orientation, isInterlaced: Bool) {
            let picture = frame.pointer.pointee
            let ratio = picture.sample_aspect_ratio
            shape = Shape(width: Int(picture.width), height: Int(picture.height))
            if ratio.isPositive { shape.aspect = SampleAspectRatio(width: Int(ratio.num), height: Int(ratio.den)) }
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
    ///   - target: What later pictures must fit into, when the first ones fixed a size.
    ///   - format: What the encoder takes.
    ///   - canToneMap: Whether FFmpeg has the filters for it, that of zimg among them.
    static func chain(
        for source: Source,
        target: Shape? = nil,
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
        var shape = source.orientation.rotation % 180 != 0 ? source.shape.turned : source.shape
        if shape.width < 2 || shape.height < 2 {
            filters.append("pad=ceil(iw/2)*2:ceil(ih/2)*2")
        } else if shape.width % 2 != 0 || shape.height % 2 != 0 {
            // A line less is sharper than every line resampled.
            filters.append("crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0:exact=1")
        }
        shape.width = max(2, shape.width & ~1)
        shape.height = max(2, shape.height & ~1)
        if let target, target != shape { filters += fitting(shape, into: target) }
        if isRGB(source.format), !isRGB(format.rawValue), !source.isHighDynamicRange {
            // FFmpeg alone would take BT.601 for every size and say nothing of it.
            let matrix = isHighDefinition(target ?? shape) ? "bt709" : "smpte170m"
            // zimg rounds; swscale's luma is up to two levels too low.
            filters +=
                canToneMap
                ? ["format=gbrp", "zscale=matrix=\(matrix):range=limited"]
                : ["scale=out_color_matrix=\(matrix):out_range=limited:flags=bicubic+accurate_rnd+full_chroma_int"]
            filters += [
                "format=" + name(of: format),
                "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=\(matrix)",
            ]
            return filters.joined(separator: ",")
        }
        if source.isFullRange, !source.isHighDynamicRange || !canToneMap {
            filters.append("scale=in_range=full:out_range=limited")
        }
        if source.format != format.rawValue || !filters.isEmpty {
            filters.append("format=" + name(of: format))
        }
        return filters.isEmpty ? nil : filters.joined(separator: ",")
    }

    /// Scales a picture to the greatest size that keeps its shape, with black beside it or above and below.
    private static func fitting(_ shape: Shape, into target: Shape) -> [String] {
        // How wide the picture is in samples of the target's shape.
        let width =
            Double(shape.width) * Double(shape.aspect.width) * Double(target.aspect.height)
            / (Double(shape.aspect.height) * Double(target.aspect.width))
        let scale = min(Double(target.width) / width, Double(target.height) / Double(shape.height))
        let fitted = (
            width: even(width * scale, limit: target.width),
            height: even(Double(shape.height) * scale, limit: target.height)
        )
        var filters: [String] = []
        if fitted != (shape.width, shape.height) { filters.append("scale=\(fitted.width):\(fitted.height)") }
        if fitted != (target.width, target.height) {
            let left = (target.width - fitted.width) / 4 * 2
            let top = (target.height - fitted.height) / 4 * 2
            filters.append("pad=\(target.width):\(target.height):\(left):\(top)")
        }
        return filters + ["setsar=\(target.aspect.width)/\(target.aspect.height)"]
    }

    private static func even(_ length: Double, limit: Int) -> Int {
        max(2, min(limit, Int((length / 2).rounded()) * 2))
    }

    private static func name(of format: AVPixelFormat) -> String {
        av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "yuv420p"
    }

    private static func isRGB(_ format: Int32) -> Bool {
        let flags = av_pix_fmt_desc_get(AVPixelFormat(rawValue: format))?.pointee.flags ?? 0
        return flags & UInt64(AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL) != 0
    }

    /// Whether a picture tells nothing of the meaning of its colours.
    static func tellsNothing(_ picture: AVFrame) -> Bool {
        picture.color_primaries == AVCOL_PRI_UNSPECIFIED && picture.color_trc == AVCOL_TRC_UNSPECIFIED
            && picture.colorspace == AVCOL_SPC_UNSPECIFIED && !isRGB(picture.format)
    }

    /// Whether players take a picture of this size for BT.709 where it tells nothing.
    static func isHighDefinition(_ shape: Shape) -> Bool {
        shape.width >= 1280 || shape.height > 576
    }
}
