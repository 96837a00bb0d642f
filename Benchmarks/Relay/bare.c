// A bare WebSocket relay: one thread, epoll, one write a member and message. What the rooms are measured against.
// usage: bare          prints the port and serves; a room is the path up to the last name, a message goes to all others.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT = 8192, MAX_FDS = 65536, MAX_ROOMS = 4096 };

struct member { int fd, room, place, length, open; unsigned char input[INPUT]; };
struct room { char name[64]; int count, capacity, *fds; };

static struct member *members[MAX_FDS];
static struct room rooms[MAX_ROOMS];
static int room_count;

static uint32_t rotate(uint32_t x, int n) { return x << n | x >> (32 - n); }

// SHA-1 (RFC 3174) of a text shorter than 119 bytes.
static void sha1(const char *text, unsigned char out[20]) {
    unsigned char block[128] = {0};
    size_t length = strlen(text), blocks = length < 56 ? 1 : 2;
    memcpy(block, text, length);
    block[length] = 0x80;
    for (int i = 0; i < 8; i++) block[blocks * 64 - 1 - i] = (uint64_t)length * 8 >> 8 * i;
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (size_t b = 0; b < blocks; b++) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            unsigned char *p = block + b * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], c = h[1], d = h[2], e = h[3], f = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
            uint32_t g = i < 20 ? (c & d) | (~c & e) : i < 40 || i >= 60 ? c ^ d ^ e : (c & d) | (c & e) | (d & e);
            uint32_t next = rotate(a, 5) + g + f + k + w[i];
            f = e; e = d; d = rotate(c, 30); c = a; a = next;
        }
        h[0] += a; h[1] += c; h[2] += d; h[3] += e; h[4] += f;
    }
    for (int i = 0; i < 20; i++) out[i] = h[i / 4] >> (24 - 8 * (i % 4));
}

static void base64(const unsigned char *in, int length, char *out) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < length; i += 3) {
        int left = length - i;
        uint32_t bits = in[i] << 16 | (left > 1 ? in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);
        for (int k = 0; k < 4; k++) *out++ = k <= left ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    *out = 0;
}

static int room_named(const char *name) {
    for (int i = 0; i < room_count; i++) if (!strcmp(rooms[i].name, name)) return i;
    if (room_count == MAX_ROOMS) exit(1);
    snprintf(rooms[room_count].name, sizeof rooms->name, "%s", name);
    return room_count++;
}

static void leave(struct member *m) {
    if (m->open) {
        struct room *r = &rooms[m->room];
        int last = r->fds[--r->count];
        r->fds[m->place] = last;
        members[last]->place = m->place;
    }
    close(m->fd);
    members[m->fd] = NULL;
    free(m);
}

// Answers the handshake when it is whole; false when the connection is no good.
static int handshake(struct member *m) {
    char *head = (char *)m->input;
    char *end = memmem(head, m->length, "\r\n\r\n", 4);
    if (!end) return m->length < INPUT - 1;
    *end = 0;
    char *key = strcasestr(head, "sec-websocket-key:");
    char *path = strchr(head, ' '), *stop = path ? strchr(path + 1, ' ') : NULL;
    if (!key || !stop) return 0;
    *stop = 0;
    path++;
    for (char *p = stop - 1; p > path && *p == '/'; p--) *p = 0;
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
    char text[128], accept[32], answer[256];
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key + 18 + strspn(key + 18, " "));
    unsigned char hash[20];
    sha1(text, hash);
    base64(hash, 20, accept);
    int n = snprintf(answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    if (write(m->fd, answer, n) != n) return 0;
    m->room = room_named(path);
    struct room *r = &rooms[m->room];
    if (r->count == r->capacity) {
        r->capacity = r->capacity ? r->capacity * 2 : 16;
        r->fds = realloc(r->fds, r->capacity * sizeof *r->fds);
    }
    m->place = r->count;
    r->fds[r->count++] = m->fd;
    m->open = 1;
    int used = end + 4 - head;
    memmove(head, head + used, m->length -= used);
    return 1;
}

// Relays the whole frames that are there; false when the connection is to be closed.
static int frames(struct member *m) {
    int at = 0;
    while (m->length - at >= 6) {
        unsigned char *f = m->input + at;
        int length = f[1] & 127, start = 2;
        if (length == 126) { length = f[2] << 8 | f[3]; start = 4; }
        if (length == 127 || start + 4 + length > INPUT) return 0;
        if (m->length - at < start + 4 + length) break;
        unsigned char *key = f + start, *payload = key + 4, header[4] = {0x81, (unsigned char)length};
        for (int i = 0; i < length; i++) payload[i] ^= key[i & 3];
        if ((f[0] & 15) == 8) return 0;
        if ((f[0] & 15) == 1) {
            int size = length < 126 ? 2 : 4;
            if (size == 4) { header[1] = 126; header[2] = length >> 8; header[3] = length; }
            unsigned char *out = payload - size;
            memcpy(out, header, size);
            struct room *r = &rooms[m->room];
            for (int i = 0; i < r->count; i++)
                if (r->fds[i] != m->fd && write(r->fds[i], out, size + length) != size + length) {
                    fprintf(stderr, "a member does not read\n");
                    exit(1);
                }
        }
        at += start + 4 + length;
    }
    memmove(m->input, m->input + at, m->length -= at);
    return 1;
}

int main(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (void *)&address, size) || listen(listener, 1024)) return perror("listen"), 1;
    getsockname(listener, (void *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int n = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    if (fd >= MAX_FDS) { close(fd); continue; }
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    members[fd] = calloc(1, sizeof **members);
                    members[fd]->fd = fd;
                    event.data.fd = fd;
                    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
                }
                continue;
            }
            struct member *m = members[fd];
            if (!m) continue;
            ssize_t got = read(fd, m->input + m->length, INPUT - m->length);
            if (got < 0 && errno == EAGAIN) continue;
            if (got <= 0) { leave(m); continue; }
            m->length += got;
            if ((!m->open && !handshake(m)) || (m->open && !frames(m))) leave(m);
        }
    }
}
