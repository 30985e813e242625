/*
 * The catalogue in Simplified Chinese, the language that the operators' notes came in: its phrases.
 * States and findings have files of their own, as in English.
 *
 * Punctuation has full width, and a blank stands between Chinese and a number or a word of Latin.
 * Quotation marks are the corner brackets: the curly ones are one column wide on some screens and
 * two on others. Command words, names of states and options of lwIP stay as they are typed.
 */
#include "cli/catalogue.h"

/* Each has its index before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
static const char *const phrases[NETDIAG_PHRASES] = {
    [NETDIAG_PHRASE_VERDICT] = "TCP {verdict}：发现 {count} 个问题[，严重 {critical} 个]"
                               "[，警告 {warning} 个][，提示 {info} 个]",
    [NETDIAG_PHRASE_NO_FINDING] = "TCP {verdict}：没有发现问题",
    [NETDIAG_PHRASE_LOOKED] = "已检查 {connections} 条连接[、{listeners} 个监听端口]"
                              "[、{pools} 个内存池][，已监视 {watchedMs}]。",
    [NETDIAG_PHRASE_UNWATCHED] =
        "设备没有被监视（固件没有调用 netdiag_watch()）：要靠历史数据才能发现的问题，如停滞、增多、"
        "近期的拒绝，没有诊断。",
    [NETDIAG_PHRASE_AGELESS] =
        "不知道连接在当前状态停留了多久（没有设置 CONFIG_NETDIAG_TCP_HOOKS，或者平台不提供历史）："
        "要靠停留时间才能发现的问题，如洪水攻击、泄漏、停滞、关闭时卡住，没有诊断。",
    [NETDIAG_PHRASE_EVIDENCE] = "证据：",
    [NETDIAG_PHRASE_LIKELY] = "可能原因：",
    [NETDIAG_PHRASE_NEXT] = "下一步：",
    [NETDIAG_PHRASE_MEANS] = "含义：",
    [NETDIAG_PHRASE_NORMAL] = "正常：",
    [NETDIAG_PHRASE_SUSPECT] = "可疑：",
    [NETDIAG_PHRASE_IS] = "：",
    [NETDIAG_PHRASE_AND] = "；",
    [NETDIAG_PHRASE_STATES_STATE] = "状态",
    [NETDIAG_PHRASE_STATES_NOW] = "当前",
    [NETDIAG_PHRASE_STATES_PEAK] = "峰值",
    [NETDIAG_PHRASE_STATES_ENTERED] = "进入次数",
    [NETDIAG_PHRASE_STATES_LONGEST] = "最长停留",
    [NETDIAG_PHRASE_STATES_MEANING] = "含义",
    [NETDIAG_PHRASE_OF] = " / ",
    [NETDIAG_PHRASE_CONNECTIONS] = "条连接",
    [NETDIAG_PHRASE_ECHOES] = "个回显请求",
    [NETDIAG_PHRASE_HISTORY] = "{metric}，最近 {count} {unit}：当前 {now}，平均 {average}，峰值 "
                               "{peak}[（{ago} {unit}前）]",
    [NETDIAG_PHRASE_HISTORY_SECONDS] = "{text}[，共 {capacity} 个]",
    [NETDIAG_PHRASE_HISTORY_MINUTES] = "{text}[，共 {capacity} 个]；每列一分钟：| 平均，* 峰值",
    [NETDIAG_PHRASE_HISTORY_HOURS] = "{text}[，共 {capacity} 个]；每列一小时：| 平均，* 峰值",
    [NETDIAG_PHRASE_HISTORY_UNKNOWN] = "这段时间没有记录。",
    [NETDIAG_PHRASE_HISTORY_UNWATCHED] =
        "没有任何记录：固件还没有调用 netdiag_watch()，历史由它记录。",
    [NETDIAG_PHRASE_NOW] = "现在",
    [NETDIAG_PHRASE_SECOND] = "秒",
    [NETDIAG_PHRASE_MINUTE] = "分钟",
    [NETDIAG_PHRASE_HOUR] = "小时",
    [NETDIAG_PHRASE_LIVE_INTERVAL] = "间隔",
    [NETDIAG_PHRASE_LIVE_KEY] = "按任意键结束",
    [NETDIAG_PHRASE_LIVE_IN_SEGS] = "收报文段/秒",
    [NETDIAG_PHRASE_LIVE_OUT_SEGS] = "发报文段/秒",
    [NETDIAG_PHRASE_LIVE_IN_BYTES] = "收字节/秒",
    [NETDIAG_PHRASE_LIVE_OUT_BYTES] = "发字节/秒",
    [NETDIAG_PHRASE_LIVE_RETRANS_SEGS] = "重传/秒",
    [NETDIAG_PHRASE_LIVE_RESETS] = "复位/秒",
    [NETDIAG_PHRASE_LIVE_ACTIVE_OPENS] = "主动打开/秒",
    [NETDIAG_PHRASE_LIVE_PASSIVE_OPENS] = "被动打开/秒",
    [NETDIAG_PHRASE_LIVE_CLOSED] = "关闭/秒",
    [NETDIAG_PHRASE_LIVE_ATTEMPT_FAILS] = "失败/秒",
    [NETDIAG_PHRASE_LIVE_POOL_USED] = "PCB 已用",
    [NETDIAG_PHRASE_LIVE_POOL_SIZE] = "PCB 容量",
    [NETDIAG_PHRASE_LIVE_POOL_PEAK] = "PCB 峰值",
    [NETDIAG_PHRASE_LIVE_POOL_REFUSED] = "拒绝",
    [NETDIAG_PHRASE_LIVE_MOST_BYTES] = "流量最大的主机",
    [NETDIAG_PHRASE_LIVE_IN] = "收/秒",
    [NETDIAG_PHRASE_LIVE_OUT] = "发/秒",
    [NETDIAG_PHRASE_LIVE_CONNECTIONS] = "连接数",
    [NETDIAG_PHRASE_LIVE_UNCOUNTED] = "字节未计入的连接：",
    [NETDIAG_PHRASE_LIVE_NOT_FOLLOWED] = "条未跟踪",
    [NETDIAG_PHRASE_LIVE_ENDED] = "条已结束",
    [NETDIAG_PHRASE_LIVE_WITHOUT] = "条没有历史",
    [NETDIAG_PHRASE_LIVE_MOST_CONNECTIONS] = "连接最多的主机",
    [NETDIAG_PHRASE_LIVE_MAINLY] = "主要状态",
    [NETDIAG_PHRASE_LIVE_OWNERS] = "所有者",
    [NETDIAG_PHRASE_LIVE_STATES] = "状态",
    [NETDIAG_PHRASE_LIVE_OTHERS] = "（其他）",
    [NETDIAG_PHRASE_LIVE_FINDINGS] = "问题",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

/* By the keys of tcp_series.def. */
static const struct netdiag_label metrics[] = {
    {"established", "处于 ESTABLISHED 的连接数（已建立）"},
    {"synReceived", "处于 SYN-RECEIVED 的连接数（半连接）"},
    {"timeWait", "处于 TIME-WAIT 的连接数"},
    {"closeWait", "处于 CLOSE-WAIT 的连接数"},
    {"poolUsed", "已占用的 PCB 数"},
    {"inSegs", "每秒收到的报文段数"},
    {"sentSegs", "每秒发送的报文段数"},
    {"retransSegs", "每秒重传的报文段数"},
    {"resets", "每秒发送的 RST 数或被复位的连接数（取大者）"},
    {NULL, NULL},
};

static const struct netdiag_catalogue catalogue = {
    .states = netdiag_chinese_states,
    .phrases = phrases,
    .metrics = metrics,
};

const struct netdiag_catalogue *const netdiag_catalogue_chinese = &catalogue;
