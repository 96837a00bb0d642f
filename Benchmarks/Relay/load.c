// Loads a relay of WebSockets over loopback and measures what comes back.
// usage: load fan PORT MEMBERS MESSAGES SIZE WINDOW   one sender, MEMBERS receivers, WINDOW messages under way at most
//        load idle PORT MEMBERS                       opens sockets, prints "ready", ends with its input
//        load rooms PORT ROOMS MEMBERS SECONDS        each member sends once a second
// Prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client { int fd, have; unsigned char head[4]; long left; unsigned char kept[160]; int kept_length, text; };

static struct client *clients;
static float *delays;
static long delay_count, delay_room;

static void die(const char *what) { perror(what); exit(1); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int dial(int port, const char *path) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0) die("socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (void *)&address, sizeof address)) die("connect");
    char text[512];
    int n = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n\r\n", path);
    if (write(fd, text, n) != n) die("write");
    for (n = 0; n < 500 && (n < 4 || memcmp(text + n - 4, "\r\n\r\n", 4)); n++)
        if (read(fd, text + n, 1) != 1) die("handshake");
    if (memcmp(text, "HTTP/1.1 101", 12)) { fprintf(stderr, "%.*s\n", n, text); exit(1); }
    return fd;
}

static int make_frame(unsigned char *out, double time, long number, int size) {
    char text[4096];
    int n = snprintf(text, sizeof text, "{\"props\":{\"type\":\"websocket.broadcast\"},\"data\":{\"t\":%.9f,\"n\":%ld,\"x\":\"", time, number);
    while (n < size - 3) text[n++] = 'x';
    memcpy(text + n, "\"}}", 3);
    n += 3;
    int at = 0;
    out[at++] = 0x81;
    if (n < 126) out[at++] = 0x80 | n; else { out[at++] = 0x80 | 126; out[at++] = n >> 8; out[at++] = n; }
    static const unsigned char key[4] = {0x11, 0x22, 0x33, 0x44};
    memcpy(out + at, key, 4);
    at += 4;
    for (int i = 0; i < n; i++) out[at + i] = text[i] ^ key[i & 3];
    return at + n;
}

static void keep_delay(struct client *c) {
    c->kept[c->kept_length] = 0;
    char *t = strstr((char *)c->kept, "\"t\":");
    if (!t) return;
    if (delay_count == delay_room) {
        delay_room = delay_room ? delay_room * 2 : 1 << 20;
        delays = realloc(delays, delay_room * sizeof *delays);
    }
    delays[delay_count++] = now() - atof(t + 4);
}

// Reads what is there; gives the number of texts that came to their end.
static int take(struct client *c) {
    static unsigned char buffer[1 << 18];
    ssize_t n = read(c->fd, buffer, sizeof buffer);
    if (n < 0 && errno == EAGAIN) return 0;
    if (n <= 0) { fprintf(stderr, "the server closed a socket\n"); exit(1); }
    int texts = 0;
    for (ssize_t i = 0; i < n;) {
        if (c->left < 0) {
            c->head[c->have++] = buffer[i++];
            if (c->have < 2) continue;
            int length = c->head[1] & 127;
            if (length == 127) { fprintf(stderr, "a frame that is too long\n"); exit(1); }
            if (length == 126 && c->have < 4) continue;
            c->left = length == 126 ? c->head[2] << 8 | c->head[3] : length;
            c->text = (c->head[0] & 15) == 1;
            c->have = c->kept_length = 0;
        } else {
            long part = n - i < c->left ? n - i : c->left;
            long kept = part < 150 - c->kept_length ? part : 150 - c->kept_length;
            memcpy(c->kept + c->kept_length, buffer + i, kept);
            c->kept_length += kept;
            i += part;
            c->left -= part;
        }
        if (c->left == 0) {
            if (c->text) { texts++; keep_delay(c); }
            c->left = -1;
        }
    }
    return texts;
}

static int by_value(const void *a, const void *b) { float x = *(float *)a, y = *(float *)b; return (x > y) - (x < y); }

static void report(long deliveries, double seconds) {
    qsort(delays, delay_count, sizeof *delays, by_value);
    #define QUANTILE(q) (delay_count ? delays[(long)((delay_count - 1) * (q))] * 1e6 : 0)
    printf("{\"deliveries\":%ld,\"seconds\":%.4f,\"per_second\":%.0f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f}\n",
        deliveries, seconds, deliveries / seconds, QUANTILE(0.5), QUANTILE(0.99), QUANTILE(1.0));
}

static int open_all(int port, int count, int rooms) {
    clients = calloc(count, sizeof *clients);
    int poll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/ws/room%d/%d/", i % rooms, 100 + i);
        clients[i].fd = dial(port, path);
        clients[i].left = -1;
        fcntl(clients[i].fd, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(poll, EPOLL_CTL_ADD, clients[i].fd, &event);
    }
    return poll;
}

static void fan(int port, int members, long messages, int size, long window) {
    int poll = open_all(port, members, 1), sender = dial(port, "/ws/room0/1/");
    usleep(300000);
    long sent = 0, got = 0, wanted = messages * members;
    double begin = now();
    unsigned char frame[4096];
    struct epoll_event events[256];
    while (got < wanted) {
        while (sent < messages && sent - got / members < window) {
            int n = make_frame(frame, now(), sent++, size);
            if (write(sender, frame, n) != n) die("send");
        }
        int n = epoll_wait(poll, events, 256, 5000);
        if (n == 0) { fprintf(stderr, "stalled at %ld of %ld\n", got, wanted); exit(1); }
        for (int i = 0; i < n; i++) got += take(&clients[events[i].data.u32]);
    }
    report(got, now() - begin);
}

static void many_rooms(int port, int rooms, int members, int seconds) {
    int count = rooms * members, poll = open_all(port, count, rooms);
    sleep(1);
    // In an order that does not go room by room.
    long sent = 0, got = 0, wanted = (long)count * seconds;
    double begin = now();
    unsigned char frame[4096];
    struct epoll_event events[256];
    while (sent < wanted || got < wanted * (members - 1)) {
        while (sent < wanted && now() - begin >= (double)sent / count) {
            int n = make_frame(frame, now(), sent, 256);
            if (write(clients[(sent * 7919) % count].fd, frame, n) != n) die("send");
            sent++;
        }
        int n = epoll_wait(poll, events, 256, sent < wanted ? 1 : 5000);
        if (n == 0 && sent == wanted) { fprintf(stderr, "lost: %ld of %ld\n", got, wanted * (members - 1)); break; }
        for (int i = 0; i < n; i++) got += take(&clients[events[i].data.u32]);
    }
    report(got, now() - begin);
}

int main(int count, char **words) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    #define NUMBER(i) atoi(words[i])
    if (count == 7 && !strcmp(words[1], "fan")) fan(NUMBER(2), NUMBER(3), NUMBER(4), NUMBER(5), NUMBER(6));
    else if (count == 6 && !strcmp(words[1], "rooms")) many_rooms(NUMBER(2), NUMBER(3), NUMBER(4), NUMBER(5));
    else if (count == 4 && !strcmp(words[1], "idle")) {
        open_all(NUMBER(2), NUMBER(3), 100);
        printf("ready\n");
        fflush(stdout);
        getchar();
    } else return fprintf(stderr, "see the head of load.c\n"), 2;
}
