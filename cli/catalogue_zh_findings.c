/*
 * What findings say, in Simplified Chinese: a sentence with the numbers, and what it likely comes
 * from. The keys are those of tcp_findings.def; cli/template.h has the language of the templates,
 * cli/catalogue_zh.c how the texts are set.
 */
#include "cli/catalogue.h"

#include "netdiag/neighbor.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define PORT        "端口 {port}[（{owner}）]"
#define CONNECTIONS "{connections} 条连接"
#define ONE_OF_THEM "连接 {connection}（对端 {remote}，端口 {port}[，{owner}]）"
#define UNANSWERED                                                                                 \
    "[，{unacknowledged} 字节重传 {retransmissions} 次仍无确认][，{keepalives} 次保活探测无应答]"
#define FIN_SENT_AGAIN "[，已重传 {retransmissions} 次]"
#define GIVES_UP       "[；协议栈最多再等 {freeMs}就放弃]"
#define STUCK_FIN_WAIT                                                                             \
    "卡在 FIN-WAIT：" CONNECTIONS                                                                  \
    "[，FIN-WAIT-1 有 {finWait1} 条][，FIN-WAIT-2 有 {finWait2} 条]；" ONE_OF_THEM
#define NO_ANSWER                                                                                          \
    "{target} [的端口 {port} ]没有应答[，{attempts} 条连接停在 SYN-SENT，最久 {oldestMs}]" \
    "[，近期有 {failed} 条因无应答而失败][，由 {owner} 发起]；"
#define HALF_OPEN PORT " 受到 SYN 洪水攻击（SYN Flood）：{halfOpen} 个半连接，最久 {oldestMs}，"
#define HALF_OPEN_SHARES                                                                           \
    "[，占 PCB 池的 {poolPercent}][，占积压队列（{backlog}）的 {backlogPercent}]"     \
    "[；近期拒绝了 {synsRefused} 个 SYN]"                                                   \
    "[；另有 {otherPorts} 个端口也是如此，半连接共 {halfOpenTotal} 个]。"
#define NO_SYN_COOKIES                                                                                                           \
    "lwIP 把半连接保留 20 秒（其他协议栈为 30 秒到 2 分钟），其间不断重发 SYN+ACK，而且没有 SYN " \
    "cookie：半连接占满连接表，正常的客户端得不到服务。"
#define IN_TIME_WAIT                                                                                         \
    CONNECTIONS                                                                                              \
    "处于 TIME-WAIT[，占 PCB 池的 {poolPercent}]，端口 {port} 最多（{portConnections} 条）；" \
    "10 秒内结束 {in10s} 条，30 秒内 {in30s} 条，60 秒内 {in60s} 条，最后一条还要 {lastMs}；"
#define CLOSED_FIRST                                                                               \
    "本机主动关闭：每次主动关闭之后都是 TIME-WAIT，持续 2MSL，以便最后一个 ACK 丢失时可以重发。"
#define NOT_WITHIN_2MSL                                                                                                       \
    ("2MSL 之内不能再用同一地址和端口：服务器重启时 bind 失败（「地址已被使用」，address in " \
     "use），"                                                                                                              \
     "必须等过平静时间（quiet time），除非设置了 SO_REUSE=1 和 SOF_REUSEADDR。")
#define HOLDS_A_PCB      "每条都占着一个 PCB，池满时协议栈才收回。"
#define LET_CLIENT_CLOSE "对策：让客户端先关闭，或者让一条连接承载多次请求（长连接）。"
#define REMEDY                                                                                                               \
    "；对策：让客户端先关闭，或者在 lwipopts.h 里设置 SO_REUSE=1，并在 bind 之前给监听的 socket " \
    "设置 SOF_REUSEADDR。"
#define OLD_ONES                                                                                   \
    PORT " 无人监听，而以前留下的 " CONNECTIONS "使服务重启时无法 bind（「地址已被使用」）"
#define BLOCKED_TOO "{ports:|；这样的端口共 # 个}"
#define BIND_LOOKS                                                                                                       \
    "服务器停止了，或者正在重启，而连到它端口的连接还在：tcp_bind 会检查每一个链表，" \
    "不论连接处于什么状态。"
#define MOST_HELD                                                                                  \
    "[；端口 {topPort} 占得最多：{topPortConnections} 个][，主要处于 {topState}]"    \
    "[，属于 {topOwner}]。"
#define SEE_OTHERS   "SYN 洪水攻击、泄漏或反复重连的客户端把它占满：请看其他问题。"
#define MORE_CLIENTS "客户端数量超过了池的设计容量（MEMP_NUM_TCP_PCB）。"
#define PEER_GONE    "对端消失，或者到对端的路径断了。"
#define TAKEN_BACK   "池满时协议栈会收回它。"
#define PATH_BROKEN  "到对端的路径断了。"
#define FORGOTTEN    "防火墙或对端把自己已经忘掉的连接复位。"
#define SCAN_REST                                                                                             \
    "[，{attempts} 条停在 SYN-SENT，最久 {oldestMs}][，近期有 {failed} 条失败][，由 {owner} " \
    "发起]。"

const struct netdiag_finding_texts
    netdiag_chinese_findings[NETDIAG_TCP_FINDINGS][NETDIAG_VARIANTS] = {
        [NETDIAG_TCP_FINDING_SYN_FLOOD] =
            {
                [NETDIAG_TCP_SYN_FLOOD_SPREAD] =
                    {HALF_OPEN "来自 {sources} 个疑似伪造的源地址" HALF_OPEN_SHARES,
                     LIST("源地址是伪造的：收到 SYN+ACK 的主机从来没有发过 SYN，"
                          "三次握手的第三步永远不会来。",
                          NO_SYN_COOKIES,
                          "线路丢了 "
                          "ACK，或者回程路由走到了别处，看起来也是这样；那时源地址是真实的，"
                          "而且 ping 得通。",
                          "要在设备前面防范：入口过滤，或者能代理 SYN 的防火墙。把积压队列改小，"
                          "可以给池留出余量。")},
                [NETDIAG_TCP_SYN_FLOOD_FEW] =
                    {HALF_OPEN "来自 {sources} 个源地址，其中 {topSourceCount} 个来自 "
                               "{topSource}" HALF_OPEN_SHARES,
                     LIST("{topSource} 发起连接，却从不完成三次握手：不伪造源地址的攻击、扫描器，"
                          "或者出了毛病的程序。",
                          "发给 {topSource} 的 SYN+ACK 或者它的 ACK 丢了：被过滤，"
                          "或者回程路由走到了别处。",
                          NO_SYN_COOKIES)},
            },
        [NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET] =
            {
                [NETDIAG_REACH_UNKNOWN] =
                    {NO_ANSWER "不清楚报文能到哪里。",
                     LIST("目标不存在，或者没有开机。",
                          "线路不好，或者途中的过滤规则丢弃了 SYN 或 SYN+ACK。")},
                [NETDIAG_REACH_NO_ROUTE] = {NO_ANSWER "本机没有到那里的路由。",
                                            LIST("地址写错了，或者没有配置网关。",
                                                 "通往那里的 VLAN 接口 down 了，或者没有地址。")},
                [NETDIAG_REACH_UNRESOLVED] = {NO_ANSWER
                                              "目标主机或者通往它的网关不应答 ARP 或邻居发现。",
                                              LIST("目标或者网关不存在，或者没有开机。",
                                                   "线路有问题：网线、端口 down、VLAN 不对。",
                                                   "地址或者前缀长度（掩码）配错了。")},
                [NETDIAG_REACH_RESOLVED] =
                    {NO_ANSWER "ARP 或邻居发现有应答，TCP 没有。",
                     LIST("途中或者目标主机上的过滤规则丢弃了 SYN 或 SYN+ACK。",
                          "目标主机已经宕机，而它前面的网关还在替它应答。",
                          "目标主机容不下更多连接：积压队列或者池满了。",
                          "线路不好，大部分报文丢失。")},
            },
        [NETDIAG_TCP_FINDING_SYN_SENT_SCAN] =
            {
                [NETDIAG_TCP_SCAN_ADDRESSES] =
                    {"本机有程序在扫描：向 {addresses} 个地址、{ports} 个端口发起连接，"
                     "都不成功" SCAN_REST,
                     LIST("本机有程序在扫描网段，或者有蠕虫正从本机向外传播。",
                          "网络发现或监控任务里配置的地址比实际的主机多。",
                          "后面的网络断了，所有对端同时没有了应答。")},
                [NETDIAG_TCP_SCAN_PORTS] =
                    {"本机有程序在扫描[ {target}]：试了 {ports} 个端口，都不成功" SCAN_REST,
                     LIST("本机有程序或者蠕虫在寻找某台主机上开放的端口。",
                          "主机没有开机，而程序还在一个端口接一个端口地尝试。")},
            },
        [NETDIAG_TCP_FINDING_UNKNOWN_LISTENER] =
            {
                [NETDIAG_TCP_UNKNOWN_SOME] =
                    {"有 {listeners} 个监听端口没有程序登记过：端口 {port}[，accept 函数 "
                     "{function}]"
                     "[，有 {connections} 条连接]。",
                     LIST("后门：有本不该运行的软件打开了它。",
                          "服务的程序没有登记自己的端口（netdiag_lwip_tcp_owner_register()）。",
                          "没有人需要的服务：停掉它，端口就关闭了。")},
                [NETDIAG_TCP_UNKNOWN_ALL] =
                    {"有 {listeners} 个监听端口，而从来没有程序登记过：端口 {port} "
                     "是谁打开的，无从判断。",
                     LIST("固件没有登记是谁打开了端口（netdiag_lwip_tcp_owner_register()）；"
                          "登记以后，后门就会显露出来。")},
            },
        [NETDIAG_TCP_FINDING_STALE_ESTABLISHED] =
            {
                [NETDIAG_TCP_STALE_NO_FIN] =
                    {CONNECTIONS "显示为 ESTABLISHED，对端却没有发 FIN 就消失了（假 "
                                 "ESTABLISHED）；" ONE_OF_THEM "已 {silentMs}没有响应" UNANSWERED
                                 "。",
                     LIST("客户端没有发 FIN 就离开了：断电、拔网线、死机，"
                          "或者防火墙忘掉了这条连接。",
                          PATH_BROKEN,
                          "lwIP 会一直显示 ESTABLISHED，直到大约 25 分钟后重传结束；"
                          "如果没有数据要发，又没有保活，就永远这样。")},
                [NETDIAG_TCP_STALE_AFTER_FIN] =
                    {CONNECTIONS "的对端已经消失；" ONE_OF_THEM
                                 "处于 CLOSE-WAIT，因为对端先关闭了自己的发送方向，已有 "
                                 "{silentMs}没有响应" UNANSWERED "。",
                     LIST("客户端关闭了自己的发送方向，还没有收完应答就消失了：断电、拔网线、死机，"
                          "或者防火墙。",
                          PATH_BROKEN, "lwIP 要重传大约 25 分钟才放弃。")},
            },
        [NETDIAG_TCP_FINDING_RECONNECTING_CLIENT] =
            {{"{remote} 反复连接" PORT "：" CONNECTIONS
              "，每一条都是在前一条没有动静之后打开的，最早的已有 {oldestMs}"
              "[，ESTABLISHED 有 {established} 条][，CLOSE-WAIT 有 {closeWait} 条]"
              "[，占 PCB 池的 {poolPercent}]{clients:|；这样的客户端共 # 个}。",
              LIST("客户端没有发 FIN 就离开（断电、拔网线），然后又连上来：假 ESTABLISHED "
                   "越积越多，直到新的客户端连不上。",
                   "一台主机先后打开、又闲置不用的会话看起来也是这样：只有保活才能分清哪些是僵死连"
                   "接。",
                   "发了 FIN，服务器进入 CLOSE-WAIT；没有发，就停在 ESTABLISHED。"
                   "同一地址两种都堆积，说明客户端在反复重连。",
                   "没有动静的连接，服务器一条也不关：既没有保活，也没有空闲超时。")}},
        [NETDIAG_TCP_FINDING_ACCEPT_QUEUE_FULL] =
            {{PORT " 有 {unaccepted} 条连接显示为 ESTABLISHED，而程序没有 accept，最久 {oldestMs}"
                   "[，积压队列长度为 {backlog}][；近期拒绝了 {synsRefused} 个 SYN]"
                   "[；其他端口还有 {others} 条]。",
              LIST("程序顾不上 accept：被阻塞、陷入死循环，或者已经退出。",
                   "来的客户端超过了它的服务能力，或者积压队列（backlog）太小。")}},
        [NETDIAG_TCP_FINDING_RECEIVE_STALL] =
            {{"程序收到数据却不读取，涉及 " CONNECTIONS "；" ONE_OF_THEM
              "有 {unread} 字节已 {stalledMs}没有读取。",
              LIST("程序被阻塞：在等锁、等磁盘，或者等另一个对端。",
                   "程序丢失了这条连接：连接还开着，却没有人去读。",
                   "没有读取的数据占着 pbuf，还会使窗口关闭，对端就不能发送。")}},
        [NETDIAG_TCP_FINDING_SEND_STALL] = {{CONNECTIONS
                                             "的对端不收数据，窗口为 0；" ONE_OF_THEM
                                             "有 {unsent} 字节等待发送，已等 {stalledMs}。",
                                             LIST("对端的程序被阻塞，不读取数据。",
                                                  "对端故意把窗口关着，以占住本机的内存。",
                                                  "只要对端还应答窗口探测，就没有什么能结束它。")}},
        [NETDIAG_TCP_FINDING_CLOSE_WAIT_LEAK] =
            {{"端口 {port} 上[ {owner} 的] " CONNECTIONS "处于 CLOSE-WAIT[，占 PCB 池的 "
              "{poolPercent}]：对端已关闭，程序没有关闭；连接 {connection}（对端 {remote}）已有 "
              "{oldestMs}[；其他所有者还有 {others} 条]。",
              LIST("所有者的代码有泄漏：对端的 FIN 到了（recv 返回 0，或者接收回调得到的 pbuf 为 "
                   "NULL），它却不关闭。",
                   "程序阻塞在别处，没有看到数据已经结束。",
                   "CLOSE-WAIT 没有定时器：程序不关闭，每条就一直占着一个 PCB。")}},
        [NETDIAG_TCP_FINDING_FIN_WAIT_STUCK] =
            {
                [NETDIAG_TCP_FIN_WAIT_ACK] =
                    {STUCK_FIN_WAIT "等待对本机 FIN 的 ACK，已等 {oldestMs}" FIN_SENT_AGAIN GIVES_UP
                                    "。",
                     LIST("对端消失，或者到对端的路径断了：FIN 以越来越长的间隔重传；lwIP 大约 38 "
                          "分钟后放弃。",
                          "FIN 之前的数据没有得到确认：对端的窗口为 0。")},
                [NETDIAG_TCP_FIN_WAIT_FIN] =
                    {STUCK_FIN_WAIT
                     "等待对端的 FIN，已等 {oldestMs}；已完全关闭的 FIN-WAIT-2，lwIP 在 20 "
                     "秒后丢弃，不通知对端[，这一条还有 {freeMs}]。",
                     LIST("对端停在 CLOSE-WAIT：它的程序不关闭。", "对端确认了 FIN 以后消失了。",
                          "丢弃时不发 RST：对端要到下次发送时才会知道。")},
                [NETDIAG_TCP_FIN_WAIT_OPEN] =
                    {STUCK_FIN_WAIT
                     "只关闭了自己的发送方向，等待对端的 FIN，已等 {oldestMs}；没有定时器，"
                     "要一直等到对端关闭。",
                     LIST("对端停在 CLOSE-WAIT，何时关闭由它的应用程序决定；"
                          "还在接收的半关闭是合法的。",
                          "对端消失了，而本机没有数据要发，所以谁也不会发觉。")},
            },
        [NETDIAG_TCP_FINDING_LAST_ACK_STUCK] =
            {{"卡在 LAST-ACK：" CONNECTIONS "；" ONE_OF_THEM
              "在对端之后关闭（被动关闭），等待对 FIN 的最后一个 ACK，已等 "
              "{oldestMs}" FIN_SENT_AGAIN GIVES_UP "。",
              LIST(PEER_GONE, "对端或者防火墙忘掉了这条连接，什么也不应答。", TAKEN_BACK)}},
        [NETDIAG_TCP_FINDING_CLOSING_STUCK] =
            {{"卡在 CLOSING：" CONNECTIONS "；" ONE_OF_THEM
              "的双方同时关闭，本机等待对 FIN 的 ACK，已等 {oldestMs}" FIN_SENT_AGAIN GIVES_UP "。",
              LIST("对端的 ACK 丢了，或者从来没有发过。", "对端此后消失，或者到对端的路径断了。",
                   TAKEN_BACK)}},
        [NETDIAG_TCP_FINDING_TIME_WAIT_PILE] =
            {
                [NETDIAG_TCP_TIME_WAIT_HARMLESS] = {IN_TIME_WAIT "没有害处，必要时协议栈会收回。",
                                                    LIST(CLOSED_FIRST,
                                                         "短连接很多：由本机关闭时这是正常的。",
                                                         LET_CLIENT_CLOSE)},
                [NETDIAG_TCP_TIME_WAIT_SUFFERING] =
                    {IN_TIME_WAIT "必要时协议栈会收回，但已经造成影响"
                                  "[，近期拒绝了 {refused} 条连接][，端口 {blockedPort} 无法 "
                                  "bind]。",
                     LIST(CLOSED_FIRST, NOT_WITHIN_2MSL, HOLDS_A_PCB, LET_CLIENT_CLOSE)},
                [NETDIAG_TCP_TIME_WAIT_LARGE] = {IN_TIME_WAIT
                                                 "目前还没有影响，必要时协议栈会收回。",
                                                 LIST(CLOSED_FIRST, NOT_WITHIN_2MSL, HOLDS_A_PCB,
                                                      LET_CLIENT_CLOSE)},
            },
        [NETDIAG_TCP_FINDING_BIND_BLOCKED] =
            {
                [NETDIAG_TCP_BIND_TIMED] =
                    {OLD_ONES "[，还要等 {freeMs}]" BLOCKED_TOO REMEDY,
                     LIST(BIND_LOOKS,
                          "服务器主动关闭会留下 TIME-WAIT：2MSL 的平静时间会自行过去。")},
                [NETDIAG_TCP_BIND_OPEN] =
                    {OLD_ONES
                     "[，直到连接 {connection}（对端 {remote}，{stateOf}）结束]" BLOCKED_TOO REMEDY,
                     LIST(BIND_LOOKS, "其中最后的那条没有定时器来结束：要靠对端或本机的程序，"
                                      "或者操作员用 clear tcp connection 来结束。")},
            },
        [NETDIAG_TCP_FINDING_POOL_EXHAUSTION] =
            {
                [NETDIAG_TCP_POOL_SHARE] =
                    {"PCB 池快要用尽：{capacity} 个 PCB 已占用 {held} 个（{heldPercent}）"
                     "[，另有 {reclaimable} 个可以收回]" MOST_HELD,
                     LIST(SEE_OTHERS, MORE_CLIENTS)},
                [NETDIAG_TCP_POOL_REFUSED] =
                    {"PCB 池近期曾经用尽[，拒绝了 {refused} 条连接]"
                     "[，为腾出位置结束了 {evicted} 条]；现在 {capacity} 个 PCB 已占用 {held} "
                     "个（{heldPercent}）" MOST_HELD,
                     LIST(SEE_OTHERS, MORE_CLIENTS,
                          "为了腾出位置，lwIP 先结束 TIME-WAIT、LAST-ACK 和 CLOSING，"
                          "然后结束优先级比新连接低的连接。")},
            },
        [NETDIAG_TCP_FINDING_MEMORY_POOL_EXHAUSTED] =
            {{"内存池 {pool} 近期拒绝了 {refused} 次分配；{capacity} 个中已用 {used} 个"
              "{pools:|；拒绝过分配的池共 # 个}。",
              LIST("程序不读取的数据，或者对端不确认的数据，占着报文段和 pbuf：请看收发队列。",
                   "突发流量超过了池的设计容量（lwipopts.h 里的 MEMP_NUM_...、PBUF_POOL_SIZE、"
                   "MEM_SIZE）。",
                   "得不到内存的报文段被丢弃，以后会再来：设备是变慢，不是死机。")}},
        [NETDIAG_TCP_FINDING_PORT_SCAN] =
            {{"{source} 在扫描本机：{durationMs}内向 {ports} 个关闭的端口发来 {segments} "
              "个报文段，最近一个在 {agoMs}前{sources:|；这样的来源共 # 个}。",
              LIST("有人在寻找开放的端口：攻击者、那台主机上的蠕虫，或者管理员的扫描器。",
                   "每个关闭的端口都应答 RST；没有人需要的开放端口，请关闭。")}},
        [NETDIAG_TCP_FINDING_RETRANSMISSION_RISE] =
            {
                [NETDIAG_TCP_RISE] =
                    {"重传增多：最近 {overMs}发送了 {segments} 个报文段，其中 {share} 是重传"
                     "（{retransmitted} 个），此前一分钟为 {before}。",
                     LIST("线路开始丢包：网线、双工不匹配、无线、过载的链路或交换机。",
                          "有对端消失，它没有确认的数据在重传。",
                          "本机自己丢包：内存池拒绝分配。")},
                [NETDIAG_TCP_LEVEL] =
                    {"重传偏多：最近 {overMs}发送了 {segments} 个报文段，其中 {share} 是重传"
                     "（{retransmitted} 个），此前为 {before}。",
                     LIST("线路不好，也许一开始就这样：网线、双工不匹配、无线、过载的链路。",
                          "有些对端已经消失：请看 stale-established。")},
            },
        [NETDIAG_TCP_FINDING_RESET_RISE] =
            {
                [NETDIAG_TCP_RISE] =
                    {"复位增多：最近 {overMs}有 {segments} 个报文段，复位 {resets} 次（{share}），"
                     "此前一分钟为 {before}。",
                     LIST("客户端在连接已经没有服务的端口，或者在扫描：每个 SYN 都被 RST 应答。",
                          "程序异常终止连接（abort），或者数据没有读完就关闭，这都会发出 RST。",
                          FORGOTTEN)},
                [NETDIAG_TCP_LEVEL] =
                    {"复位偏多：最近 {overMs}有 {segments} 个报文段，复位 {resets} 次（{share}），"
                     "此前为 {before}。",
                     LIST("客户端在连接没有服务的端口：每个 SYN 都被 RST 应答。",
                          "程序用 abort 而不是 close 来结束连接。", FORGOTTEN)},
            },
};
