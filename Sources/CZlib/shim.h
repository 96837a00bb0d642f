#ifndef W2G_CZLIB_SHIM_H
#define W2G_CZLIB_SHIM_H

#include <zlib.h>

/// Sets a stream up for gzip (RFC 1952) with the window and memory of zlib's own defaults; `deflateInit2` is a macro, which
/// Swift does not import.
static inline int w2g_gzip_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

#endif
