#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "frame.h"

static struct {
    const char *path;
    pcap_t *pcap;
    pcap_dumper_t *dumper; /* NULL: no file is open */
    bool dirty;
    uint64_t frames;
} capture;

static void drop_file(void)
{
    if (capture.dumper)
        pcap_dump_close(capture.dumper);
    if (capture.pcap)
        pcap_close(capture.pcap);
    capture.dumper = NULL;
    capture.pcap = NULL;
}

bool sim_capture_open(const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "we");

    memset(&capture, 0, sizeof(capture));
    capture.path = path;
    if (!file) {
        snprintf(error, error_size, "--pcap: cannot write %s: %s", path, strerror(errno));
        return false;
    }
    capture.pcap = pcap_open_dead(DLT_EN10MB, SIM_FRAME_MAX);
    if (capture.pcap)
        capture.dumper = pcap_dump_fopen(capture.pcap, file);
    if (!capture.dumper) {
        snprintf(error, error_size, "--pcap: %s: %s", path,
                 capture.pcap ? pcap_geterr(capture.pcap) : "no memory");
        (void)fclose(file);
        drop_file();
        return false;
    }
    /* A full disk is told now rather than after the first frames */
    if (pcap_dump_flush(capture.dumper) != 0) {
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
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)length, .len = (bpf_u_int32)length};
    int64_t now_ms;

    if (!capture.dumper)
        return;
    (void)sim_clock_wall(NULL, &now_ms);
    header.ts.tv_sec = (time_t)(now_ms / 1000);
    header.ts.tv_usec = (suseconds_t)(now_ms % 1000 * 1000);
    errno = 0;
    pcap_dump((u_char *)capture.dumper, &header, frame);
    capture.dirty = true;
    /* pcap_dump() itself does not say that it failed */
    if (ferror(pcap_dump_file(capture.dumper)))
        give_up(errno ? errno : EIO);
    else
        capture.frames++;
}

void sim_capture_flush(void)
{
    if (!capture.dumper || !capture.dirty)
        return;
    capture.dirty = false;
    if (pcap_dump_flush(capture.dumper) != 0)
        give_up(errno);
}

bool sim_capture_is_open(void)
{
    return capture.dumper != NULL;
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
