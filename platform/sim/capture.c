/*
 * Written by hand, and not by libpcap, for one reason: that one writes numbers as the machine has
 * them, and here the file of a run on the virtual clock is the same on every machine.
 */
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "frame.h"

#define MAGIC         UINT32_C(0xa1b2c3d4) /* times in microseconds */
#define VERSION       (2 | 4 << 16)
#define LINK_ETHERNET 1

/* The file's, and that of each frame in it: numbers of 32 bits, the low byte first. */
#define FILE_HEAD  24
#define FRAME_HEAD 16

static struct {
    const char *path;
    FILE *file; /* NULL: none is open */
    bool dirty;
    uint64_t frames;
} capture;

static void drop_file(void)
{
    if (capture.file)
        fclose(capture.file);
    capture.file = NULL;
}

static void write_numbers(const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint8_t bytes[] = {(uint8_t)numbers[i], (uint8_t)(numbers[i] >> 8),
                                 (uint8_t)(numbers[i] >> 16), (uint8_t)(numbers[i] >> 24)};

        (void)fwrite(bytes, sizeof(bytes), 1, capture.file); /* who looks at ferror() sees it */
    }
}

bool sim_capture_open(const char *path, char *error, size_t error_size)
{
    static const uint32_t head[FILE_HEAD / 4] = {
        [0] = MAGIC, [1] = VERSION, [4] = SIM_FRAME_MAX, [5] = LINK_ETHERNET};

    memset(&capture, 0, sizeof(capture));
    capture.path = path;
    capture.file = fopen(path, "we");
    if (capture.file)
        write_numbers(head, FILE_HEAD / 4);
    /* A full disk is told now rather than after the first frames */
    if (!capture.file || fflush(capture.file) != 0) {
        snprintf(error, error_size, "--pcap: cannot write %s: %s", path, strerror(errno));
        drop_file();
        return false;
    }
    return true;
}

static void give_up(int reason)
{
    fprintf(stderr, "netdiag-sim: --pcap: cannot write %s: %s; the capture ends here\n",
            capture.path, strerror(reason));
    drop_file();
}

void sim_capture_frame(const uint8_t *frame, size_t length)
{
    uint32_t head[FRAME_HEAD / 4] = {[2] = (uint32_t)length, [3] = (uint32_t)length};
    int64_t now_ms;

    if (!capture.file)
        return;
    (void)sim_clock_wall(NULL, &now_ms);
    head[0] = (uint32_t)(now_ms / 1000);
    head[1] = (uint32_t)(now_ms % 1000 * 1000);
    errno = 0;
    write_numbers(head, FRAME_HEAD / 4);
    (void)fwrite(frame, length, 1, capture.file);
    capture.dirty = true;
    if (ferror(capture.file))
        give_up(errno ? errno : EIO);
    else
        capture.frames++;
}

void sim_capture_flush(void)
{
    if (!capture.file || !capture.dirty)
        return;
    capture.dirty = false;
    if (fflush(capture.file) != 0)
        give_up(errno);
}

bool sim_capture_is_open(void)
{
    return capture.file != NULL;
}

uint64_t sim_capture_frames(void)
{
    return capture.frames;
}

void sim_capture_close(void)
{
    sim_capture_flush();
    drop_file();
}
