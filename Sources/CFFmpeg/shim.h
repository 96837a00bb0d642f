// FFmpeg's headers for Swift, and what Swift cannot import of them: macros, and fields that moved between versions 5 and 7.
#ifndef W2G_CFFMPEG_SHIM_H
#define W2G_CFFMPEG_SHIM_H

#ifdef __linux__
#include <malloc.h>
#endif

#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

static const int64_t w2g_no_timestamp = AV_NOPTS_VALUE;
static const int w2g_error_eof = AVERROR_EOF;
static const int w2g_error_again = AVERROR(EAGAIN);
static const int w2g_error_exit = AVERROR_EXIT;
static const int w2g_error_invalid_data = AVERROR_INVALIDDATA;

/// The profile number of AAC-LC. Version 7 gave it another name.
#ifdef AV_PROFILE_AAC_LOW
static const int w2g_profile_aac_low = AV_PROFILE_AAC_LOW;
#else
static const int w2g_profile_aac_low = FF_PROFILE_AAC_LOW;
#endif

/// The error code that stands for a number of errno, and the number that a code stands for.
static inline int w2g_error_from_errno(int number) { return AVERROR(number); }
static inline int w2g_errno_from_error(int code) { return AVUNERROR(code); }

/// Whether a decoded picture consists of two fields. Version 6.1 moved the fact from a field of its own to a flag.
static inline int w2g_frame_is_interlaced(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

/// How long a decoded picture is shown, in the time base of its stream; 0 when unknown. Version 6 gave the field another name.
static inline int64_t w2g_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

/// Side data of a stream, or NULL. Version 6.1 moved it from the stream to its parameters.
static inline const uint8_t *w2g_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t least_size) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    return data && data->size >= least_size ? data->data : NULL;
#else
    size_t size = 0;
    const uint8_t *data = av_stream_get_side_data(stream, type, &size);
    return data && size >= least_size ? data : NULL;
#endif
}

/// The display matrix of a stream, 9 numbers, or NULL.
static inline const int32_t *w2g_display_matrix(const AVStream *stream) {
    return (const int32_t *)w2g_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 36);
}

/// The display that the frames of a stream were mastered on, or NULL.
static inline const AVMasteringDisplayMetadata *w2g_mastering_display(const AVStream *stream) {
    return (const AVMasteringDisplayMetadata *)w2g_side_data(
        stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, sizeof(AVMasteringDisplayMetadata));
}

/// How bright the frames of a stream are, or NULL.
static inline const AVContentLightMetadata *w2g_content_light(const AVStream *stream) {
    return (const AVContentLightMetadata *)w2g_side_data(
        stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, sizeof(AVContentLightMetadata));
}

/// The Dolby Vision configuration of a stream, or NULL.
static inline const AVDOVIDecoderConfigurationRecord *w2g_dolby_vision(const AVStream *stream) {
    return (const AVDOVIDecoderConfigurationRecord *)w2g_side_data(
        stream, AV_PKT_DATA_DOVI_CONF, sizeof(AVDOVIDecoderConfigurationRecord));
}

/// Makes malloc give blocks of this many bytes and more back to the system when they are freed. Glibc's own limit rises
/// when FFmpeg frees the tables of a long film's index, and keeps all later ones.
static inline void w2g_return_blocks_of(int bytes) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, bytes);
#else
    (void)bytes;
#endif
}

#endif
