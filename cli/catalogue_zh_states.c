/*
 * What the states mean, in Simplified Chinese: what is normal, and what to suspect of many, or of
 * old ones.
 */
#include "cli/catalogue.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define BOTH_PILES "同一地址到同一端口，两种都堆积，说明客户端在反复重连。"
#define GONE       "对端消失，或者到对端的路径断了：FIN 一再重传。"

const struct netdiag_state_texts netdiag_chinese_states[NETDIAG_TCP_STATE_LAST + 1] = {
    [NETDIAG_TCP_CLOSED] =
        {
            "已绑定，未连接",
            "没有连接。列在这里的只绑定了端口，既没有监听，也没有连接。",
            "没有，或者在 bind 之后、listen 或 connect 之前短暂出现几个。",
            LIST("程序绑定了端口就忘了它：白白占着端口和一个 PCB。"),
        },
    [NETDIAG_TCP_LISTEN] =
        {
            "端口已打开，等待连接",
            "服务打开了端口，等待客户端：端口开着，但还没有连接。",
            "设备提供的每个服务一条。",
            LIST("是哪个程序打开的？看所有者或 accept 函数就知道。",
                 "不知道所有者的端口可能是后门。", "没有人需要的端口：停掉服务，端口就关闭了。"),
        },
    [NETDIAG_TCP_SYN_SENT] =
        {
            "已发起连接，尚无应答",
            "本机的程序调用了 connect：SYN 已发出，SYN+ACK 还没有到。",
            "时间很短，平时很少看得到。lwIP 大约尝试 18 秒。",
            LIST("很多条指向同一个目标：目标不存在、没有开机，或者线路不好。",
                 "很多条指向很多目标：本机有程序在扫描网段，或者有蠕虫正从本机向外传播。"),
        },
    [NETDIAG_TCP_SYN_RECEIVED] =
        {
            "半连接",
            "收到了 SYN，SYN+ACK 已发出，完成三次握手的最后一个 ACK 还没有到。",
            "时间非常短：到客户端的一个往返。",
            LIST("SYN 洪水攻击（SYN Flood）：伪造的源地址永远不会走第三步。半连接占满连接表，"
                 "服务就不再响应正常的客户端。",
                 "每个半连接要保留到 SYN 超时，一般是 30 秒到 2 分钟，其间不断重发 SYN+ACK。lwIP "
                 "保留 20 秒，没有 SYN cookie。",
                 "来自少数几个真实的源地址：它们的 ACK 在途中丢了。"),
        },
    [NETDIAG_TCP_ESTABLISHED] =
        {
            "已建立，双方可发送",
            "连接已建立，双方都可以发送数据。",
            "正常工作的状态，属于哪个程序要看所有者。长时间空闲不算故障：SSH 和 BGP 就是这样。",
            LIST("客户端没有发 FIN 就离开了（断电、拔网线）：服务器上仍显示 ESTABLISHED。",
                 "它一次又一次地重连：假 ESTABLISHED（僵死连接）越积越多，直到新的客户端连不上。",
                 ("客户端离开时发没发 FIN？发了，服务器进入 "
                  "CLOSE-WAIT；没有发，就一直停在这里。" BOTH_PILES),
                 "连接显示为 ESTABLISHED，而程序一直没有 accept：它们在监听端口的积压队列里等着。",
                 "接收队列一直不空：程序不读数据。发送队列一直不空：对端不读数据，或者已经消失。"),
        },
    [NETDIAG_TCP_FIN_WAIT_1] =
        {
            "已主动关闭，FIN 未确认",
            "本机主动关闭：FIN 已发出，对它的 ACK 还没有到。",
            "时间很短：一个往返，加上把剩余数据发完的时间。",
            LIST(GONE "lwIP 大约 38 分钟后放弃。", "对端的窗口为 0：FIN 排在对端不收的数据后面。"),
        },
    [NETDIAG_TCP_FIN_WAIT_2] =
        {
            "半关闭，对端尚未关闭",
            "本机的 FIN 已得到确认，对端的 FIN 还没有到：半关闭，本机能收，不能再发。",
            "直到对端关闭为止；可能要一直等到对端的应用程序决定关闭。",
            LIST("对端停在 CLOSE-WAIT，它的程序一直不关闭。",
                 "已完全关闭的，lwIP 在 20 秒后丢弃，不通知对端。只关闭了发送方向的，"
                 "没有任何定时器。"),
        },
    [NETDIAG_TCP_CLOSE_WAIT] =
        {
            "对端已关闭，程序未关闭",
            "对端的 FIN 已收到，也已确认；现在该由本机的应用程序关闭（被动关闭）。",
            "时间很短。程序还在发送剩余的数据（半关闭），也是合法的。",
            LIST("本机的应用程序不关闭连接：所有者的代码有泄漏。没有定时器来结束它，"
                 "每条都占着一个 PCB。",
                 "发了 FIN 再离开的客户端在这里，没有发 FIN 就离开的停在 ESTABLISHED：" BOTH_PILES),
        },
    [NETDIAG_TCP_LAST_ACK] =
        {
            "被动关闭，等最后的 ACK",
            "本机在对端之后关闭（被动关闭）：FIN 已发出，四次挥手的最后一个 ACK 还没有到。",
            "时间很短：一个往返。",
            LIST(GONE "lwIP 需要它的位置时会结束它。"),
        },
    [NETDIAG_TCP_CLOSING] =
        {
            "双方同时关闭",
            "双方同时关闭：两个 FIN 在途中交错，对本机 FIN 的 ACK 还没有到。",
            "少见，而且时间很短。",
            LIST("对端的 ACK 丢了，或者对端此后消失了。lwIP 需要它的位置时会结束它。"),
        },
    [NETDIAG_TCP_TIME_WAIT] =
        {
            "已主动关闭，平静时间",
            "本机主动关闭，双方的 FIN 都已确认。还要等 2MSL，以便最后一个 ACK 丢失时可以重发。",
            "每次主动关闭之后都有一条；lwIP 的 TCP_MSL 为 60 秒，所以持续 2 分钟。",
            LIST(
                "2MSL 之内不能再用同一地址和端口：服务器重启时 bind "
                "失败（「地址已被使用」，address "
                "in use），必须等过平静时间（quiet time）。",
                "每条都占着一个 PCB；池满时 lwIP 会收回。",
                "对策：让客户端先关闭，或者在 lwipopts.h 里设置 SO_REUSE=1，并在 bind 之前给监听的 "
                "socket 设置 SOF_REUSEADDR。"),
        },
};
