/*
 * The past of TCP as JSON. Of a bucket of which nothing is known there is null.
 *
 * Buckets are aligned to the uptime, the oldest first: the last one will be over at an uptime of
 * `endMs`, each one before it ended `bucketMs` earlier. Each metric has its own `endMs`, since it
 * is read by itself, and a bucket may begin between two of them.
 */
#include "cli/render.h"

#include "stats/tcp_series_summary.h"

enum value { VALUE_PEAK, VALUE_AVERAGE, VALUE_COUNT, VALUE_SECONDS };

static void put_value(struct netdiag_json *json, const struct netdiag_tcp_bucket *bucket,
                      enum value value)
{
    switch (value) {
    case VALUE_PEAK:
        netdiag_json_unsigned(json, bucket->peak);
        return;
    case VALUE_AVERAGE:
        netdiag_json_fixed(json, netdiag_tcp_bucket_average_tenths(bucket), 1);
        return;
    case VALUE_COUNT:
        netdiag_json_unsigned(json, bucket->sum);
        return;
    case VALUE_SECONDS:
        netdiag_json_unsigned(json, bucket->seconds);
        return;
    }
}

static void member_values(struct netdiag_json *json, const char *key,
                          const struct netdiag_tcp_series *series, enum value value)
{
    netdiag_json_newline(json);
    netdiag_json_key(json, key);
    netdiag_json_array(json);
    for (uint32_t i = 0; i < series->count; i++) {
        if (series->buckets[i].seconds > 0 || value == VALUE_SECONDS)
            put_value(json, &series->buckets[i], value);
        else
            netdiag_json_null(json);
    }
    netdiag_json_array_end(json);
}

static void members_of_series(struct netdiag_json *json, const struct netdiag_tcp_graph *graph)
{
    const struct netdiag_tcp_series *series = &graph->series;
    struct netdiag_tcp_series_summary summary;

    netdiag_tcp_series_summarize(series, &summary);
    netdiag_json_member_unsigned(json, "endMs", true, netdiag_tcp_series_end_ms(series));
    netdiag_json_member_unsigned(json, "now", graph->has_now, graph->now);
    netdiag_json_key(json, "average");
    if (summary.known)
        netdiag_json_fixed(json, summary.average_tenths, 1);
    else
        netdiag_json_null(json);
    netdiag_json_member_unsigned(json, "peak", summary.known, summary.peak);
    netdiag_json_member_unsigned(json, "peakBucketsAgo", summary.known, summary.peak_ago);
    member_values(json, "peaks", series, VALUE_PEAK);
    member_values(json, "averages", series, VALUE_AVERAGE);
    if (netdiag_tcp_metric_infos[series->metric].kind == NETDIAG_TCP_METRIC_RATE)
        member_values(json, "counts", series, VALUE_COUNT);
    member_values(json, "seconds", series, VALUE_SECONDS);
}

static const char *kind_key(enum netdiag_tcp_metric_kind kind)
{
    switch (kind) {
    case NETDIAG_TCP_METRIC_GAUGE:
        break;
    case NETDIAG_TCP_METRIC_RATE:
        return "rate";
    }
    return "gauge";
}

void netdiag_json_history(struct netdiag_output *output, const struct netdiag_tcp_graph *graph)
{
    const struct netdiag_tcp_metric_info *info = &netdiag_tcp_metric_infos[graph->series.metric];
    struct netdiag_json *json = &output->json;

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_string(json, "metric", true, info->key);
    netdiag_json_member_string(json, "kind", true, kind_key(info->kind));
    netdiag_json_member_unsigned(json, "capacity", graph->capacity > 0, graph->capacity);
    if (graph->error == NETDIAG_OK)
        members_of_series(json, graph);
    else
        netdiag_json_problem(json, "error", graph->error, netdiag_error_text(graph->error));
    netdiag_json_object_end(json);
}

void netdiag_json_history_begin(struct netdiag_output *output, bool recorded)
{
    netdiag_json_key(&output->json, "recorded");
    netdiag_json_bool(&output->json, recorded);
    netdiag_json_key(&output->json, "spans");
    netdiag_json_array(&output->json);
}

void netdiag_json_history_span(struct netdiag_output *output, enum netdiag_tcp_span span)
{
    const struct netdiag_tcp_span_info *info = &netdiag_tcp_span_infos[span];
    struct netdiag_json *json = &output->json;

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_string(json, "span", true, info->word);
    netdiag_json_member_unsigned(json, "bucketMs", true, UINT64_C(1000) * info->bucket_s);
    netdiag_json_key(json, "metrics");
    netdiag_json_array(json);
}

void netdiag_json_history_span_end(struct netdiag_output *output)
{
    netdiag_json_array_end(&output->json);
    netdiag_json_object_end(&output->json);
}

void netdiag_json_history_end(struct netdiag_output *output)
{
    netdiag_json_array_end(&output->json);
}
