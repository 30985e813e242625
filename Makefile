# netdiag's build: one Makefile, not recursive, every source listed. `make help` says what it offers.
#
# What is built lies in build/<variant>/: a variant for each machine, compiler, sanitizer and lwIP
# tree, so that their objects never mix. lwIP's sources lie outside, in a cache (platform/lwip/fetch.sh).

ifneq ($(and $(filter clean distclean,$(MAKECMDGOALS)),$(word 2,$(MAKECMDGOALS))),)
# `make clean all`: one after the other, as they were written.
.PHONY: $(MAKECMDGOALS) in-order
$(MAKECMDGOALS): in-order ; @:
in-order: ; @for goal in $(MAKECMDGOALS); do $(MAKE) --no-print-directory $$goal || exit; done
else

# ---------------------------------------------------------------- what a user may set, see `help`

VARIANT       ?= release
ARCH          ?=
LWIP          ?= 2.2.1
LWIP_DIR      ?=
LWIP_PORT     ?= platform/sim/lwip
NETDIAG_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/netdiag
PREFIX        ?= /usr/local
DESTDIR       ?=
DEPS          ?= build test
KCONFIG_CONFIG ?= .config
DEFCONFIG     ?=
ARGS          ?=
TESTS         ?=
FUZZ          ?=
FUZZ_TIME     ?= 60
# Most tests wait most of their time; under a sanitizer, or on another machine, they compute.
TEST_JOBS     ?= $(if $(filter release,$(VARIANT)$(ARCH)),3,2)
PYTHON        ?= /usr/bin/python3
JOBS          ?= $(shell nproc 2>/dev/null || echo 1)

# Another machine: its compiler, and what runs its programs here.
triplet-s390x := s390x-linux-gnu
triplet-armhf := arm-linux-gnueabihf
qemu-s390x    := qemu-s390x
qemu-armhf    := qemu-arm
triplet       := $(if $(ARCH),$(triplet-$(ARCH))-)
ifeq ($(triplet),-)
$(error ARCH=$(ARCH) is none of s390x, armhf; without it, this machine)
endif
ifneq ($(and $(ARCH),$(filter-out release,$(VARIANT))),)
$(error VARIANT=$(VARIANT) is for this machine: ARCH=$(ARCH) has no sanitizers)
endif
ifeq ($(origin CC),default)
CC            := $(triplet)gcc
endif
ifeq ($(origin AR),default)
AR            := $(triplet)ar
endif

# ---------------------------------------------------------------- how make itself behaves

MAKEFLAGS += --no-builtin-rules --no-print-directory $(if $(filter 0,$(MAKELEVEL)),-j$(JOBS))
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
export NETDIAG_CACHE KCONFIG_CONFIG

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n'
endif

# ---------------------------------------------------------------- where things are

cached = $(NETDIAG_CACHE)/lwip-$(1)
ifneq ($(words $(NETDIAG_CACHE)),1)
$(error make cannot work with blanks in a path: NETDIAG_CACHE=$(NETDIAG_CACHE))
endif
ifneq ($(LWIP_DIR),)
ifeq ($(wildcard $(LWIP_DIR)/src/Filelists.mk),)
$(error LWIP_DIR=$(LWIP_DIR) is no lwIP tree: it has no src/Filelists.mk (or blanks in its path))
endif
endif
lwip_dir := $(or $(LWIP_DIR),$(call cached,$(LWIP)))

# 2.1.3 comes without contrib/, where the echo service is; that of 2.2.1 fits.
LWIP_CONTRIB_DIR ?= $(firstword $(wildcard $(lwip_dir)/contrib) $(call cached,2.2.1)/contrib)

compiler := $(lastword $(subst /, ,$(firstword $(CC))))
lwip_name := $(if $(LWIP_DIR),$(notdir $(abspath $(LWIP_DIR)))-$(firstword $(shell \
	printf %s '$(abspath $(LWIP_DIR))' | cksum)),$(filter-out 2.2.1,$(LWIP)))
built_for := $(addprefix -lwip-,$(lwip_name))$(addprefix -,$(basename $(notdir $(KCONFIG_CONFIG))))
B := build/$(VARIANT)$(addprefix -,$(ARCH))$(addprefix -,$(filter-out $(triplet)gcc,$(compiler)))$(built_for)

# ---------------------------------------------------------------- which goals need what

goals := $(or $(MAKECMDGOALS),all)
free_goals := help clean distclean deps fetch uninstall check-format layers asan tsan debug \
	coverage coverage-report fuzz fuzz-keep defconfig menuconfig oldconfig savedefconfig bench size \
	size-objects
installing_goals := run test test-long test-lwip compare-counters bench size coverage fuzz-programs
groups := build $(if $(filter test test-long test-lwip compare-counters lint,$(goals)),test) $(if $(filter lint,$(goals)),lint) \
	$(if $(filter bench size,$(goals)),bench) $(if $(filter coverage,$(goals)),test coverage) \
	$(if $(filter clang%,$(compiler)),clang) $(if $(ARCH),cross)

# Checked once, and again after .ci/packages.sh changed or `make clean`.
packages := build/packages/$(subst $() ,-,$(strip $(groups)))
$(packages): .ci/packages.sh
	$(Q)$< $(if $(filter $(installing_goals),$(goals)),install,check) $(groups)
	$(Q)mkdir -p $(@D) && touch $@

# remember FILE,TEXT: a file of $(B) that is as old as its text, so that rules can depend on text.
define remember
ifneq ($$(file <$(B)/$(1)),$(2))
$$(shell mkdir -p $(B))
$$(file >$(B)/$(1),$(2))
endif
endef

ifneq ($(filter-out $(free_goals),$(goals)),)
$(eval $(call remember,dotconfig,$(or $(wildcard $(KCONFIG_CONFIG)),none)))
include $(B)/config.mk
ifeq ($(CONFIG_NETDIAG_LWIP),y)
include $(B)/lwip.mk
ifneq ($(filter test-lwip,$(goals)),)
include $(B)/lwip-tests.mk
endif
endif
endif

# ---------------------------------------------------------------- configuration

# Without a .config every symbol has its default, and none is written: defaults may change.
dotconfig := $(wildcard $(KCONFIG_CONFIG))

$(B)/config.mk: $(dotconfig) Kconfig .ci/kconfig.py $(B)/dotconfig | $(packages)
	$(Q)$(PYTHON) .ci/kconfig.py generate $(KCONFIG_CONFIG) $(B)/include/netdiag/autoconf.h $@

# ---------------------------------------------------------------- lwIP

$(NETDIAG_CACHE)/lwip-%/src/Filelists.mk: | $(packages)
	$(Q)platform/lwip/fetch.sh $*

# lwIP's own lists of its files, whatever their line ends are.
$(B)/lwip.mk: $(lwip_dir)/src/Filelists.mk $(patsubst \
		%/contrib,%/src/Filelists.mk,$(filter $(NETDIAG_CACHE)/%,$(LWIP_CONTRIB_DIR)))
	$(Q)mkdir -p $(@D) && tr -d '\r' <$< >$@

$(B)/lwip-tests.mk: $(B)/lwip.mk
	$(Q)tr -d '\r' <$(lwip_dir)/test/unit/Filelists.mk >$@

LWIPDIR := $(lwip_dir)/src

lwip-srcs = $(COREFILES) $(CORE4FILES) $(LWIPDIR)/netif/ethernet.c $(HTTPFILES) $(LWIPERFFILES)
lwip-srcs-$(CONFIG_NETDIAG_IPV6) = $(CORE6FILES)
# lwIP's SNMP framework; its transports and MIBs are netdiag's own.
snmp-srcs = $(addprefix $(LWIPDIR)/apps/snmp/snmp_,asn1.c core.c msg.c pbuf_stream.c scalar.c table.c traps.c)
lwip-srcs += $(if $(CONFIG_NETDIAG_SNMP),$(snmp-srcs))
contrib-srcs = $(LWIP_CONTRIB_DIR)/apps/tcpecho_raw/tcpecho_raw.c

# ---------------------------------------------------------------- another machine's libraries

ifneq ($(ARCH),)
sysroot := $(shell .ci/sysroot.sh path $(ARCH))
ifeq ($(sysroot),)
$(error .ci/sysroot.sh does not say where the libraries for ARCH=$(ARCH) are)
endif

# Included as the others are, so that the tree is there before anything is compiled.
$(B)/sysroot.mk: $(if $(wildcard $(sysroot)),,FORCE) | $(packages)
	$(Q).ci/sysroot.sh $(ARCH) && mkdir -p $(@D) && touch $@
ifneq ($(filter-out $(free_goals),$(goals)),)
include $(B)/sysroot.mk
endif

# The libraries as programs need them that run: where other users may be let in, as some tests are.
qemu-root := $(B)/qemu/root
qemu := $(qemu-$(ARCH)) -L $(abspath $(qemu-root))
$(qemu-root): $(B)/command
	$(Q)rm -rf $@ && mkdir -p $@ && cd $(sysroot) && cp -a --parents lib* \
		usr/lib*/$(triplet-$(ARCH))/*.so* $(abspath $@) && touch $(abspath $@)

# $(call runnable,PROGRAM): a script that runs it here, for those who start programs by a path.
runnable = $(patsubst $(B)/%,$(B)/qemu/%,$(1))
$(B)/qemu/%: $(B)/% $(B)/command | $(qemu-root)
	$(Q)mkdir -p $(@D) && printf '%s\n' '#!/bin/sh' \
		'exec $(qemu) $(abspath $<) "$$@"' >$@ && chmod +x $@

# The same simulators for this machine, to be compared with.
native := build/$(VARIANT)$(built_for)
native-sim := $(native)/netdiag-sim
native-switch = $(patsubst %.c,$(native)/%,$(polled-switch))
.PHONY: native-programs
native-programs:
	$(Q)$(MAKE) ARCH= CC=gcc AR=ar $(native-sim) $(native-switch)
else
runnable = $(1)
endif

# ---------------------------------------------------------------- our sources

headers := address.h config.h diagnosis.h error.h interface.h lwip.h lwip_hooks.h lwip_snmp.h \
	memory.h neighbor.h netdiag.h platform.h series.h snmp.h tcp.h \
	tcp_counters.def tcp_findings.def tcp_series.def tcp_thresholds.def vlan.h

# Which option a file belongs to is said here and nowhere else: Kconfig takes files out, not lines.
srcs-y := \
	stats/abbreviation.c \
	stats/address.c \
	stats/address_parse.c \
	stats/device.c \
	stats/error.c \
	stats/interfaces.c \
	stats/memory_pools.c \
	stats/neighbors.c \
	stats/ping.c \
	stats/places.c \
	stats/tcp_abort.c \
	stats/tcp_baseline.c \
	stats/tcp_check.c \
	stats/tcp_counters.c \
	stats/tcp_end.c \
	stats/tcp_filter.c \
	stats/tcp_holders.c \
	stats/tcp_lists.c \
	stats/tcp_owners.c \
	stats/tcp_rate.c \
	stats/tcp_state.c \
	stats/tcp_state_report.c \
	stats/tcp_walk.c \
	stats/text.c \
	stats/vlan_config.c \
	stats/vlan_reader.c \
	stats/vlan_verify.c
srcs-y += \
	cli/access/console.c \
	cli/access/crew.c \
	cli/access/descriptors.c \
	cli/access/new_file.c \
	cli/access/pipe.c \
	cli/access/tty.c \
	cli/arguments.c \
	cli/arguments_vlan.c \
	cli/calendar.c \
	cli/catalogue.c \
	cli/catalogue_en.c \
	cli/catalogue_en_states.c \
	cli/catalogue_next_states.c \
	cli/choices.c \
	cli/commands.c \
	cli/commands_language.c \
	cli/commands_session.c \
	cli/commands_show.c \
	cli/dispatch.c \
	cli/editor.c \
	cli/filters.c \
	cli/history.c \
	cli/lines.c \
	cli/name.c \
	cli/output.c \
	cli/paragraph.c \
	cli/pattern.c \
	cli/register.c \
	cli/render_text.c \
	cli/render_text_session.c \
	cli/render_text_check.c \
	cli/render_text_closed.c \
	cli/render_text_connections.c \
	cli/render_text_holders.c \
	cli/render_text_interfaces.c \
	cli/render_text_listeners.c \
	cli/render_text_memory.c \
	cli/render_text_net.c \
	cli/render_text_owners.c \
	cli/render_text_peers.c \
	cli/render_text_snmp.c \
	cli/render_text_states.c \
	cli/render_text_tcp.c \
	cli/render_text_tcp_rate.c \
	cli/render_text_vlan.c \
	cli/render_text_vlan_verify.c \
	cli/resolve.c \
	cli/session.c \
	cli/session_io.c \
	cli/session_line.c \
	cli/session_screen.c \
	cli/session_secret.c \
	cli/shell.c \
	cli/tcp_counter_names.c \
	cli/text_parts.c \
	cli/utf8.c \
	cli/watch.c \
	stats/tcp_statistics.c
srcs-$(CONFIG_NETDIAG_LANGUAGE_ZH) += \
	cli/catalogue_zh.c \
	cli/catalogue_zh_states.c
srcs-$(if $(CONFIG_NETDIAG_LANGUAGE_ZH),,y) += cli/catalogue_zh_absent.c
srcs-$(CONFIG_NETDIAG_CMD_TCP) += \
	cli/arguments_tcp.c \
	cli/collect.c \
	cli/commands_connections.c \
	cli/commands_holders.c \
	cli/commands_memory.c \
	cli/commands_states.c \
	cli/commands_tcp.c
srcs-$(and $(CONFIG_NETDIAG_HISTORY),$(CONFIG_NETDIAG_CMD_TCP)) += \
	cli/arguments_history.c \
	cli/commands_tcp_history.c
srcs-$(CONFIG_NETDIAG_HISTORY) += \
	cli/render_text_history.c \
	cli/template.c \
	stats/tcp_series_summary.c
srcs-$(and $(CONFIG_NETDIAG_HISTORY),$(CONFIG_NETDIAG_JSON)) += cli/render_json_history.c
srcs-$(if $(CONFIG_NETDIAG_HISTORY),,y) += cli/render_history_absent.c
srcs-$(CONFIG_NETDIAG_LIVE) += \
	cli/commands_live.c \
	cli/render_text_live.c \
	stats/tcp_live.c \
	stats/tcp_live_take.c \
	$(if $(CONFIG_NETDIAG_DIAGNOSIS),cli/live_findings.c,cli/live_findings_absent.c)
srcs-$(and $(CONFIG_NETDIAG_LIVE),$(CONFIG_NETDIAG_JSON)) += \
	cli/render_json_live.c \
	$(if $(CONFIG_NETDIAG_DIAGNOSIS),cli/live_findings_json.c)
srcs-$(if $(CONFIG_NETDIAG_LIVE),,y) += cli/render_live_absent.c
srcs-$(CONFIG_NETDIAG_CMD_VLAN) += \
	cli/commands_vlan.c \
	cli/commands_vlan_config.c
srcs-$(CONFIG_NETDIAG_CMD_SYSTEM) += cli/commands_system.c
srcs-$(CONFIG_NETDIAG_REMOTE) += \
	cli/access/guesses.c \
	cli/access/login.c \
	cli/access/passwords.c \
	cli/access/remote.c \
	cli/access/ssh.c \
	cli/access/ssh_channel.c \
	cli/access/ssh_key.c \
	cli/access/ssh_shell.c \
	cli/access/telnet.c \
	cli/access/users.c
srcs-$(CONFIG_NETDIAG_CMD_NET) += \
	cli/commands_interfaces.c \
	cli/commands_net.c \
	cli/commands_snmp.c
# The diagnosis in three parts. The rules and their texts are pure: the client has them too.
rules-srcs := \
	cli/catalogue_en_findings.c \
	cli/catalogue_en_labels.c \
	cli/catalogue_findings.c \
	cli/catalogue_next.c \
	cli/diagnosis_looked.c \
	cli/diagnosis_text.c \
	$(if $(CONFIG_NETDIAG_LANGUAGE_ZH),cli/catalogue_zh_findings.c cli/catalogue_zh_labels.c) \
	cli/template.c \
	stats/tcp_diagnosis.c \
	stats/tcp_finding.c \
	stats/tcp_rules.c \
	stats/tcp_rules_closing.c \
	stats/tcp_rules_established.c \
	stats/tcp_rules_opening.c \
	stats/tcp_rules_resources.c \
	stats/tcp_snapshot_fields.c \
	stats/tcp_threshold_infos.c
srcs-$(CONFIG_NETDIAG_DIAGNOSIS) += $(rules-srcs)
srcs-$(CONFIG_NETDIAG_DIAGNOSIS) += \
	cli/commands_monitor.c \
	cli/monitor.c \
	cli/render_text_diagnosis.c \
	cli/render_text_thresholds.c \
	cli/session_monitor.c \
	cli/watch_findings.c \
	stats/tally.c \
	stats/tcp_digest.c \
	stats/tcp_digest_closing.c \
	stats/tcp_digest_established.c \
	stats/tcp_digest_opening.c \
	stats/tcp_digest_visits.c \
	stats/tcp_past.c \
	stats/tcp_snapshot.c \
	stats/tcp_stalls.c \
	stats/tcp_thresholds.c \
	stats/tcp_watch.c \
	stats/tcp_watch_step.c
srcs-$(if $(CONFIG_NETDIAG_DIAGNOSIS),,y) += \
	cli/render_diagnosis_absent.c \
	cli/session_monitor_absent.c \
	cli/watch_findings_absent.c \
	stats/diagnosis_absent.c
srcs-$(CONFIG_NETDIAG_HISTORY) += \
	stats/gate.c \
	stats/tcp_rings.c \
	stats/tcp_series.c
srcs-$(if $(CONFIG_NETDIAG_HISTORY),,y) += stats/tcp_series_absent.c
srcs-$(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_CMD_TCP)) += \
	cli/commands_diagnosis.c \
	cli/commands_thresholds.c
srcs-$(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_JSON)) += \
	cli/diagnosis_json.c \
	cli/render_json_diagnosis.c \
	cli/render_json_thresholds.c \
	cli/snapshot_json.c
srcs-$(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_CMD_TCP),$(CONFIG_NETDIAG_JSON)) += \
	cli/commands_tech_support.c
srcs-$(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_LWIP)) += platform/lwip/reach.c
srcs-$(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_TCP_HOOKS)) += platform/lwip/scanners.c
srcs-$(if $(CONFIG_NETDIAG_DIAGNOSIS),,$(CONFIG_NETDIAG_TCP_HOOKS)) += platform/lwip/scanners_absent.c
srcs-$(and $(CONFIG_NETDIAG_CMD_NET),$(CONFIG_NETDIAG_LWIP)) += \
	platform/lwip/arp.c \
	platform/lwip/ping.c
srcs-$(CONFIG_NETDIAG_CONTROL) += \
	cli/access/control.c \
	cli/access/control_client.c \
	cli/access/control_protocol.c
srcs-$(CONFIG_NETDIAG_JSON) += \
	cli/json.c \
	cli/render_json.c \
	cli/render_json_check.c \
	cli/render_json_connections.c \
	cli/render_json_holders.c \
	cli/render_json_interfaces.c \
	cli/render_json_live.c \
	cli/render_json_memory.c \
	cli/render_json_net.c \
	cli/render_json_session.c \
	cli/render_json_snmp.c \
	cli/render_json_states.c \
	cli/render_json_tcp.c \
	cli/render_json_vlan.c \
	cli/render_json_vlan_verify.c
srcs-$(CONFIG_NETDIAG_LWIP) += \
	platform/lwip/memory.c \
	platform/lwip/owner.c \
	platform/lwip/platform.c \
	platform/lwip/tcp.c
srcs-$(CONFIG_NETDIAG_LWIP_BRIDGE) += platform/lwip/bridge.c platform/lwip/bridge_socket.c
srcs-$(CONFIG_NETDIAG_VLAN) += \
	platform/lwip/if_index.c \
	platform/lwip/if_index_text.c \
	platform/lwip/vlan.c \
	platform/lwip/vlan_ops.c
shows-interfaces := $(or $(CONFIG_NETDIAG_CMD_NET),$(CONFIG_NETDIAG_SNMP))
srcs-$(and $(shows-interfaces),$(CONFIG_NETDIAG_LWIP)) += platform/lwip/interfaces.c
srcs-$(and $(shows-interfaces),$(CONFIG_NETDIAG_VLAN)) += platform/lwip/vlan_traffic.c
srcs-$(if $(shows-interfaces),,$(CONFIG_NETDIAG_VLAN)) += platform/lwip/vlan_traffic_absent.c
srcs-$(CONFIG_NETDIAG_SNMP) += \
	platform/lwip/snmp/agent.c \
	platform/lwip/snmp/bridge_mib.c \
	platform/lwip/snmp/columns.c \
	platform/lwip/snmp/heap.c \
	platform/lwip/snmp/if_mib.c \
	platform/lwip/snmp/look.c \
	platform/lwip/snmp/message.c \
	platform/lwip/snmp/snmp_mib.c \
	platform/lwip/snmp/system_mib.c \
	platform/lwip/snmp/mibs.c \
	platform/lwip/snmp/objects.c \
	platform/lwip/snmp/tcp_mib.c \
	platform/lwip/snmp/tcp_tables.c \
	platform/lwip/snmp/transport.c
srcs-$(if $(CONFIG_NETDIAG_TCP_HOOKS),,$(CONFIG_NETDIAG_LWIP)) += platform/lwip/observer_absent.c
srcs-$(CONFIG_NETDIAG_TCP_HOOKS) += \
	platform/lwip/closed.c \
	platform/lwip/listeners.c \
	platform/lwip/observe_end.c \
	platform/lwip/observe_in.c \
	platform/lwip/observe_ip.c \
	platform/lwip/observe_out.c \
	platform/lwip/observed.c \
	platform/lwip/slots.c \
	platform/lwip/states.c

# The order of locks is checked where a test looks for mistakes (cli/locks.h).
check-locks := $(if $(filter debug asan tsan,$(VARIANT)),-DNETDIAG_CHECK_LOCKS)

# What only some variants have: the library of those is for this tree's tests alone.
variant-srcs := tests/coverage/ends.c tests/debug/lock_order.c
srcs-$(if $(filter coverage,$(VARIANT)),y) += tests/coverage/ends.c
srcs-$(if $(check-locks),y) += tests/debug/lock_order.c

sim-y := \
	platform/sim/bound_task.c \
	platform/sim/busy.c \
	platform/sim/caller_task.c \
	platform/sim/capture.c \
	platform/sim/clock.c \
	platform/sim/commands_connect.c \
	platform/sim/commands_simulate.c \
	platform/sim/device.c \
	platform/sim/device_vlans.c \
	platform/sim/dial.c \
	platform/sim/doors.c \
	platform/sim/export_service.c \
	platform/sim/faults.c \
	platform/sim/forward.c \
	platform/sim/forward_options.c \
	platform/sim/forward_udp.c \
	platform/sim/frame.c \
	platform/sim/guard.c \
	platform/sim/half_open.c \
	platform/sim/http_client_task.c \
	platform/sim/if_index_file.c \
	platform/sim/log.c \
	platform/sim/lwip_stats.c \
	platform/sim/main.c \
	platform/sim/options.c \
	platform/sim/port_options.c \
	platform/sim/port_scan.c \
	platform/sim/ports.c \
	platform/sim/privilege.c \
	platform/sim/queue.c \
	platform/sim/random.c \
	platform/sim/remote.c \
	platform/sim/restart_task.c \
	platform/sim/scenario.c \
	platform/sim/service.c \
	platform/sim/service_tasks.c \
	platform/sim/session_task.c \
	platform/sim/sim.c \
	platform/sim/snmp.c \
	platform/sim/snmp_options.c \
	platform/sim/stack.c \
	platform/sim/stage.c \
	platform/sim/state_dir.c \
	platform/sim/switch.c \
	platform/sim/syn_flood.c \
	platform/sim/user_command.c \
	platform/sim/symbols.c \
	platform/sim/vanish.c \
	platform/sim/visitors.c \
	platform/sim/visits.c \
	platform/sim/wire.c \
	platform/sim/workload.c \
	platform/sim/world.c

# The control socket's client: neither libcli nor lwIP. The diagnosis of a file and what that needs
# are here whatever the library has of them, and what else it needs of stats/ is the library's.
client-srcs := $(rules-srcs) \
	cli/access/client/check.c \
	cli/access/client/client.c \
	cli/access/client/diagnose.c \
	cli/access/client/fields.c \
	cli/access/client/link.c \
	cli/access/client/main.c \
	cli/access/control_protocol.c \
	cli/access/tty.c \
	cli/diagnosis_json.c \
	cli/json.c
client-libs := -ljansson

unit-tests := \
	tests/unit/test_address_parse.c \
	tests/unit/test_calendar.c \
	tests/unit/test_commands.c \
	tests/unit/test_connections.c \
	tests/unit/test_doors.c \
	tests/unit/test_editor.c \
	tests/unit/test_filters.c \
	tests/unit/test_holders.c \
	tests/unit/test_if_index_text.c \
	tests/unit/test_interfaces.c \
	tests/unit/test_json.c \
	tests/unit/test_locks.c \
	tests/unit/test_login.c \
	tests/unit/test_long_work.c \
	tests/unit/test_net.c \
	tests/unit/test_register.c \
	tests/unit/test_resolve.c \
	tests/unit/test_screen.c \
	tests/unit/test_shell.c \
	tests/unit/test_show_snmp.c \
	tests/unit/test_states.c \
	tests/unit/test_stats.c \
	tests/unit/test_tcp_check.c \
	tests/unit/test_tcp_clear.c \
	tests/unit/test_tcp_lists.c \
	tests/unit/test_tcp_rate.c \
	tests/unit/test_users.c \
	tests/unit/test_vlan_config.c \
	tests/unit/test_vlan_verify.c
unit-tests += $(if $(CONFIG_NETDIAG_DIAGNOSIS), \
	tests/unit/test_catalogue.c \
	tests/unit/test_diagnosis.c \
	tests/unit/test_monitor.c \
	tests/unit/test_snapshot_json.c \
	tests/unit/test_tcp_rules_closing.c \
	tests/unit/test_tcp_rules_established.c \
	tests/unit/test_tcp_rules_opening.c \
	tests/unit/test_tcp_rules_resources.c \
	tests/unit/test_tcp_snapshot.c \
	tests/unit/test_tcp_stalls.c \
	tests/unit/test_tcp_take.c \
	tests/unit/test_tcp_thresholds.c \
	tests/unit/test_tcp_trend.c \
	tests/unit/test_tech_support.c \
	tests/unit/test_watch.c, \
	tests/unit/test_without_diagnosis.c)
unit-tests += $(if $(CONFIG_NETDIAG_LIVE),tests/unit/test_tcp_live.c,tests/unit/test_without_live.c)
# Some tests of the history name each of its metrics and spans.
whole-history := $(filter 12,$(words $(foreach part,ESTABLISHED SYN_RECEIVED TIME_WAIT CLOSE_WAIT \
	POOL SEGMENTS_IN SEGMENTS_OUT RETRANSMITS RESETS 60S 60MIN 72H,$(CONFIG_NETDIAG_HISTORY_$(part)))))
unit-tests += $(if $(CONFIG_NETDIAG_HISTORY),,tests/unit/test_without_history.c)
unit-tests += $(if $(whole-history),tests/unit/test_tcp_series.c)
unit-tests += $(if $(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_LANGUAGE_ZH)), \
	tests/unit/test_languages.c)
unit-tests += $(if $(and $(CONFIG_NETDIAG_HISTORY),$(CONFIG_NETDIAG_CMD_TCP)), \
	tests/unit/test_tcp_history.c)
integration-tests := \
	tests/integration/test_bridge.c \
	tests/integration/test_bridge_world.c \
	tests/integration/test_forward_udp.c \
	tests/integration/test_guard.c \
	tests/integration/test_if_index.c \
	tests/integration/test_if_index_file.c \
	tests/integration/test_interfaces_lwip.c \
	tests/integration/test_snmp_agent.c \
	tests/integration/test_snmp_if.c \
	tests/integration/test_snmp_port.c \
	tests/integration/test_snmp_virtual.c \
	tests/integration/test_switch.c \
	tests/integration/test_tcp_pool.c \
	tests/integration/test_tcp_states.c \
	tests/integration/test_vlan.c \
	tests/integration/test_world.c
integration-tests += $(if $(CONFIG_NETDIAG_DIAGNOSIS),tests/integration/test_reach.c)
integration-tests += $(if $(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_TCP_HOOKS)), \
	tests/integration/test_scanners.c)
integration-tests += $(if $(CONFIG_NETDIAG_CMD_NET),tests/integration/test_ping.c)
integration-tests += $(if $(and $(CONFIG_NETDIAG_SNMP),$(CONFIG_NETDIAG_TCP_HOOKS)), \
	tests/integration/test_snmp_tcp.c \
	tests/integration/test_snmp_tcp_crowd.c)
integration-tests += $(if $(and $(whole-history),$(CONFIG_NETDIAG_TCP_HOOKS)), \
	tests/integration/test_tcp_series.c)
integration-tests += $(if $(CONFIG_NETDIAG_TCP_HOOKS), \
	tests/integration/test_tcp_ends.c \
	tests/integration/test_tcp_holders.c \
	tests/integration/test_tcp_input.c \
	tests/integration/test_tcp_late_start.c \
	tests/integration/test_tcp_readers.c \
	tests/integration/test_tcp_slots.c \
	tests/integration/test_tcp_state_totals.c \
	tests/integration/test_tcp_waits.c \
	tests/integration/test_tcp_walk.c)
integration-tests += $(if $(and $(CONFIG_NETDIAG_TCP_HOOKS),$(CONFIG_NETDIAG_CMD_NET)), \
	tests/integration/test_vlan_removed.c)
firmware := tests/firmware/firmware.c
firmware-tests := $(if $(CONFIG_NETDIAG_TCP_HOOKS),tests/firmware/test_walk.c)
crowded-switch := $(if $(CONFIG_NETDIAG_CONTROL),tests/doors/crowded_switch.c)
polled-switch := $(if $(CONFIG_NETDIAG_SNMP),tests/doors/polled_switch.c)
soaked-switch := $(if $(and $(CONFIG_NETDIAG_CONTROL),$(CONFIG_NETDIAG_SNMP)),tests/doors/soaked_switch.c)
faults := tests/faults/faults.c tests/faults/libraries.c
faulty-sim := $(if $(and $(CONFIG_NETDIAG_REMOTE),$(CONFIG_NETDIAG_CONTROL)),tests/faults/faulty_sim)
faulty-client := $(if $(faulty-sim),tests/faults/faulty_client)
fault-unit-tests := $(if $(and $(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_JSON),$(CONFIG_NETDIAG_CMD_TCP)), \
	tests/faults/test_failing_platform.c)
fault-tests := tests/faults/test_pools.c tests/faults/test_killed.c
door-servers := $(if $(CONFIG_NETDIAG_REMOTE),tests/doors/ssh_server.c tests/doors/telnet_server.c)
lwip-test-start := tests/lwip/start.c
benchmarks := tests/bench/segments.c tests/bench/walks.c
size-record := tests/bench/cortex-m4/device.c
script-tests := \
	tests/doors/test_check.py \
	tests/doors/test_compare_counters.py \
	tests/doors/test_connections.py \
	tests/doors/test_console.py \
	tests/doors/test_control.py \
	tests/doors/test_counters.py \
	tests/doors/test_crowd.py \
	tests/doors/test_fleet.py \
	tests/doors/test_forward.py \
	tests/doors/test_kernel.py \
	tests/doors/test_if_index.py \
	tests/doors/test_keys.py \
	tests/doors/test_linux.py \
	tests/doors/test_oracle.py \
	tests/doors/test_pipe.py \
	tests/doors/test_port_options.py \
	tests/doors/test_ports.py \
	tests/doors/test_remote.py \
	tests/doors/test_scenario_states.py \
	tests/doors/test_screens.py \
	tests/doors/test_simulate.py \
	tests/doors/test_snmp.py \
	tests/doors/test_snmp_crowd.py \
	tests/doors/test_snmp_exporter.py \
	tests/doors/test_snmp_kernel.py \
	tests/doors/test_snmp_options.py \
	tests/doors/test_ssh.py \
	tests/doors/test_ssh_door.py \
	tests/doors/test_telnet.py \
	tests/doors/test_templates.py \
	tests/doors/test_trunk.py \
	tests/doors/test_user.py \
	tests/doors/test_vlan_run_time.py \
	$(if $(faulty-sim), \
	tests/faults/test_calls.py \
	tests/faults/test_clock.py \
	tests/faults/test_login_calls.py \
	tests/faults/test_state_directory.py) \
	tests/firmware/test_firmware.py \
	tests/unit/test_golden_json.sh
script-tests += $(if $(CONFIG_NETDIAG_DIAGNOSIS), \
	tests/doors/test_advice.py \
	tests/doors/test_evidence.py \
	tests/doors/test_findings.py \
	tests/doors/test_kernel_findings.py \
	tests/doors/test_language.py \
	tests/doors/test_monitor.py \
	tests/doors/test_questions.py \
	tests/doors/test_tech_support.py \
	tests/doors/test_transcripts.py)
script-tests += $(if $(and $(CONFIG_NETDIAG_LIVE),$(CONFIG_NETDIAG_DIAGNOSIS)),tests/doors/test_live.py)
script-tests += $(if $(and $(whole-history),$(CONFIG_NETDIAG_CMD_TCP)),tests/doors/test_history.py)
script-tests += $(if $(ARCH),tests/doors/test_machines.py)
# What has every command and every door.
everything := $(and $(whole-history),$(CONFIG_NETDIAG_CMD_TCP),$(CONFIG_NETDIAG_CMD_VLAN), \
	$(CONFIG_NETDIAG_CMD_SYSTEM),$(CONFIG_NETDIAG_CMD_NET),$(CONFIG_NETDIAG_JSON), \
	$(CONFIG_NETDIAG_DIAGNOSIS),$(CONFIG_NETDIAG_LIVE),$(CONFIG_NETDIAG_TCP_HOOKS), \
	$(CONFIG_NETDIAG_SNMP),$(CONFIG_NETDIAG_CONTROL),$(CONFIG_NETDIAG_REMOTE))
script-tests += $(if $(everything),tests/doors/test_all_doors.py tests/faults/test_client_calls.py)
script-tests += $(if $(and $(everything),$(CONFIG_NETDIAG_LANGUAGE_ZH),$(CONFIG_NETDIAG_IPV6)),tests/doors/test_readme.py)
long-tests := $(if $(CONFIG_NETDIAG_DIAGNOSIS),tests/doors/long_findings.py)
long-tests += $(if $(faulty-sim),tests/faults/long_calls.py tests/faults/long_login_calls.py \
	tests/faults/long_starts.py)
long-tests += $(if $(and $(whole-history),$(CONFIG_NETDIAG_CMD_TCP)),tests/doors/long_history.py)
long-tests += $(if $(everything),tests/doors/long_doors.py tests/doors/long_soak.py \
	tests/faults/long_client_calls.py)

# Linked with every unit test, every integration test, every program of the firmware.
unit-shared := tests/unit/fake_platform.c tests/unit/golden.c tests/unit/grid.c \
	tests/unit/pty_console.c tests/unit/written.c \
	$(if $(CONFIG_NETDIAG_DIAGNOSIS),tests/unit/findings_def.c tests/unit/plain_device.c)
integration-shared := \
	tests/integration/churn.c \
	tests/integration/crowd.c \
	tests/integration/killed.c \
	tests/integration/lan.c \
	$(if $(CONFIG_NETDIAG_SNMP),tests/integration/mib.c) \
	tests/integration/peer.c \
	tests/integration/poller.c \
	tests/integration/shell.c \
	tests/integration/sides.c \
	tests/integration/snmp_message.c \
	tests/integration/walk.c
firmware-shared := $(if $(CONFIG_NETDIAG_SNMP),tests/firmware/agent.c,tests/firmware/agent_absent.c) \
	tests/firmware/device.c \
	tests/firmware/service.c
# Fuzz targets: those of the shell on the fake platform, those of the stack on the simulator's
# device, and that of the files, with the client.
fuzz-shell := tests/fuzz/arguments.c tests/fuzz/filters.c tests/fuzz/session.c \
	$(if $(CONFIG_NETDIAG_REMOTE),tests/fuzz/telnet.c)
fuzz-stack := $(if $(CONFIG_NETDIAG_TCP_HOOKS),tests/fuzz/frames.c) \
	$(if $(and $(CONFIG_NETDIAG_SNMP),$(CONFIG_NETDIAG_TCP_HOOKS)),tests/fuzz/snmp.c)
fuzz-files := $(if $(and $(CONFIG_NETDIAG_REMOTE),$(CONFIG_NETDIAG_VLAN)),tests/fuzz/files.c)
fuzz-targets := $(fuzz-shell) $(fuzz-stack) $(fuzz-files)
fuzz-shared := tests/fuzz/fuzz.c tests/fuzz/plain.c tests/fuzz/shell.c
fuzz-replay := tests/fuzz/replay.c
crowd := tests/integration/crowd.c tests/integration/peer.c

all-srcs := $(sort $(srcs-y) $(client-srcs)) $(sim-y) $(unit-tests) $(unit-shared) \
	$(integration-tests) $(sort $(integration-shared) $(crowd)) $(crowded-switch) $(polled-switch) $(soaked-switch) \
	$(door-servers) $(if $(faulty-sim),$(faults)) $(fault-unit-tests) $(fault-tests) \
	$(firmware) $(firmware-tests) $(firmware-shared) \
	$(fuzz-targets) $(fuzz-shared) $(fuzz-replay) \
	$(filter-out $(srcs-y),$(variant-srcs)) $(lwip-test-start) $(benchmarks) $(size-record)

# ---------------------------------------------------------------- flags

CFLAGS ?= -O2 -g

# What the compiler and the C library have of it: each is tried once a run. Level 3 knows sizes that
# are computed, level 2 only constant ones; neither goes with a sanitizer, or without optimization.
hash := \#
ifeq ($(origin HARDEN)$(if $(filter-out $(free_goals),$(goals)),,no),undefined)
fortify := $(if $(filter release debug,$(VARIANT)),$(if $(filter -O1 -O2 -O3 -Os -Og,$(CFLAGS)),yes))
compiles = $(shell printf '%b' '$(2)' | $(CC) $(1) -Werror -x c -S -o /dev/null - 2>/dev/null && echo '$(1)')
fortify-3 := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
HARDEN := $(if $(fortify),$(or \
	$(call compiles,-O2 $(fortify-3),$(hash)include <stdio.h>\n$(hash)if __USE_FORTIFY_LEVEL < 3\n$(hash)error\n$(hash)endif\n),\
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)) \
	-fstack-protector-strong $(call compiles,-fstack-clash-protection) \
	$(call compiles,-fcf-protection) -fPIE
HARDEN := $(filter-out -O2,$(HARDEN))
endif
HARDEN_LINK ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack

sanitize-release :=
sanitize-asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
sanitize-tsan := -fsanitize=thread -fno-omit-frame-pointer
sanitize-debug :=
sanitize-coverage :=
sanitize-fuzz := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
ifeq ($(filter release asan tsan debug coverage fuzz,$(VARIANT)),)
$(error VARIANT=$(VARIANT) is none of release, asan, tsan, debug, coverage, fuzz)
endif

# What is counted is ours alone, and as it was written: nothing of it is optimized away.
ifeq ($(VARIANT),coverage)
count-flags := -O0 --coverage -fprofile-update=atomic -fprofile-abs-path
count-link := --coverage -Wl,--wrap=_exit,--wrap=raise
endif

warnings := -Wall -Wextra -Werror -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wundef -Wpointer-arith -Wwrite-strings -Wcast-qual -Wvla -Wformat=2 \
	-Wswitch-enum -Wredundant-decls -Wnested-externs -Wmissing-include-dirs -Wdouble-promotion \
	-Wfloat-equal -Wdate-time
warnings-gcc := -Walloca -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wformat-signedness \
	-Wimplicit-fallthrough=5 -Wcast-align=strict -Wjump-misses-init -Wtrampolines \
	-Wformat-overflow=2 -Wshift-overflow=2 -Wunused-const-variable=2 \
	-Wsuggest-attribute=format -Wsuggest-attribute=noreturn
warnings-clang := -Wcast-align -Wimplicit-fallthrough -Wcomma \
	-Wconditional-uninitialized -Wextra-semi -Wassign-enum \
	-Wshift-sign-overflow -Wthread-safety -Wover-aligned
warnings += $(warnings-$(if $(findstring clang,$(compiler)),clang,gcc))
# Not of tests: a failed assertion of cmocka ends the test, which the optimizer is not told; and some
# lines are there for another configuration.
warnings-product := $(if $(findstring clang,$(compiler)),-Wunreachable-code,-Wnull-dereference)

sysroot-flags := $(addprefix --sysroot=,$(sysroot))
base-flags := -std=gnu11 $(sysroot-flags) $(CFLAGS) $(HARDEN) $(sanitize-$(VARIANT)) $(check-locks) \
	-ffile-prefix-map=$(lwip_dir)=lwip
# Where an off_t has 32 bits, files of a file system with larger numbers could not be looked at.
our-flags := $(base-flags) $(count-flags) $(warnings) -D_FILE_OFFSET_BITS=64 -Iinclude -I$(B)/include \
	-iquote .
lwip-headers := -isystem $(lwip_dir)/src/include -isystem $(lwip_dir)/src/apps/snmp \
	-isystem $(LWIP_CONTRIB_DIR)/apps/tcpecho_raw
lwip-flags = $(base-flags) $(lwip-own-flags) -w -Iinclude -I$(B)/include -I$(LWIP_PORT) $(lwip-headers)

# Only these may see lwIP's headers; and what runs on the host only may use all of its C library.
platform-flags := $(our-flags) -I$(LWIP_PORT) $(lwip-headers)
host := -D_GNU_SOURCE= -pthread

# The library and lwIP call each other.
group = -Wl,--start-group $(1) -Wl,--end-group
link-flags := $(sysroot-flags) $(CFLAGS) $(sanitize-$(VARIANT)) $(count-link) $(HARDEN_LINK) -pthread
libs := -lcli -lcrypt $(if $(CONFIG_NETDIAG_REMOTE),-lssh -ltelnet)
sim-libs := $(libs) -lcap -lelf -lpcap

# Everything is compiled again when a compiler or a flag changes.
command := $(CC) $(CPPFLAGS) $(platform-flags) $(host) $(link-flags) $(LDFLAGS)
ifneq ($(filter-out $(free_goals),$(goals)),)
$(eval $(call remember,command,$(command)))
endif

# ---------------------------------------------------------------- what is built

objects = $(patsubst %.c,$(B)/obj/%.o,$(1))
lwip-objects = $(patsubst $(LWIPDIR)/%.c,$(B)/lwip/%.o,$(lwip-srcs) $(lwip-srcs-y)) \
	$(patsubst $(LWIP_CONTRIB_DIR)/%.c,$(B)/contrib/%.o,$(contrib-srcs))

lib := $(B)/libnetdiag.a
stack := $(B)/liblwip.a
sim := $(if $(CONFIG_NETDIAG_PLATFORM_SIM),$(B)/netdiag-sim)
sim-objects := $(call objects,$(sim-y))
test-programs := $(if $(sim),$(patsubst %.c,$(B)/%,$(unit-tests) $(integration-tests) \
	$(fault-unit-tests) $(fault-tests) $(crowded-switch) $(polled-switch) $(soaked-switch) \
	$(door-servers) $(firmware) $(firmware-tests) $(fuzz-targets)) $(addprefix $(B)/,$(faulty-sim) $(faulty-client)))

# What scripts start.
started := $(if $(sim),$(sim) $(B)/netdiag $(addprefix $(B)/,$(faulty-sim) $(faulty-client)) $(patsubst %.c,$(B)/%,\
	$(crowded-switch) $(polled-switch) $(soaked-switch) $(door-servers) $(firmware)))

products := libnetdiag.a $(if $(sim),netdiag-sim netdiag)

.PHONY: all
all: $(addprefix build/,$(products)) ## builds libnetdiag.a, netdiag-sim and netdiag, and links build/ to them

# build/X is a link to what the last `make` built, in whatever variant.
.PHONY: FORCE
$(addprefix build/,$(products)): build/%: $(B)/% FORCE
	$(Q)ln -sfn $(notdir $(B))/$* $@

.PHONY: lib
lib: $(lib) ## builds the library alone: no lwIP core, no simulator

.PHONY: sources
sources: ## says which files a firmware with this configuration compiles
	@printf '%s\n' $(sort $(srcs-y))

$(lib): $(call objects,$(srcs-y)) $(B)/config.mk
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(stack): $(lwip-objects) $(B)/config.mk
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

$(B)/netdiag-sim: $(sim-objects) $(lib) $(stack)
	$(say) LD $@
	$(Q)$(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) $(sim-libs)

$(B)/netdiag: $(call objects,$(client-srcs)) $(lib)
	$(say) LD $@
	$(Q)$(CC) $(link-flags) $(LDFLAGS) -o $@ $^ $(client-libs)

$(B)/obj/platform/% $(B)/tidy/platform/% $(B)/analyze/platform/%: part-flags = $(platform-flags) $(warnings-product)
$(B)/obj/platform/sim/% $(B)/tidy/platform/sim/% $(B)/analyze/platform/sim/%: part-flags = $(platform-flags) $(host) $(warnings-product)
$(B)/obj/cli/access/% $(B)/tidy/cli/access/% $(B)/analyze/cli/access/%: part-flags = $(our-flags) $(host) $(warnings-product)
$(B)/obj/tests/% $(B)/tidy/tests/%: part-flags = $(platform-flags) $(host)
$(B)/obj/tests/unit/% $(B)/tidy/tests/unit/%: part-flags = $(our-flags) $(host)
$(B)/obj/tests/bench/cortex-m4/% $(B)/tidy/tests/bench/cortex-m4/%: part-flags = $(our-flags)
part-flags = $(our-flags) $(warnings-product)

$(B)/obj/%.o: %.c $(B)/command $(B)/config.mk
	$(say) CC $<
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(part-flags) -MD -MP -c -o $@ $<

# SNMP's answers are made in a task of their own, and lwIP's heap without an operating system knows
# no two that allocate at once: there the core lock is taken (platform/lwip/snmp/heap.c).
$(B)/lwip/apps/snmp/snmp_msg.o: lwip-own-flags := -Dpbuf_alloc=netdiag_snmp_pbuf_alloc \
	-Dpbuf_free=netdiag_snmp_pbuf_free -Dpbuf_realloc=netdiag_snmp_pbuf_realloc
# It shifts negative numbers to the left, which every compiler here does as it expects.
$(B)/lwip/apps/snmp/snmp_asn1.o: lwip-own-flags := -fno-sanitize=shift

$(B)/lwip/%.o: $(LWIPDIR)/%.c $(B)/command $(B)/config.mk
	$(say) LWIP $*.c
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(lwip-flags) -MD -MP -c -o $@ $<

$(B)/contrib/%.o: $(LWIP_CONTRIB_DIR)/%.c $(B)/command $(B)/config.mk
	$(say) LWIP contrib/$*.c
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(lwip-flags) -MD -MP -c -o $@ $<

# Unit tests: our pure parts, libcli and a fake platform. lwIP is not there to lean on.
$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(call objects,$(unit-shared)) $(lib)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) -lcmocka $(libs)

# Faults: with the fake platform, or with the simulator.
$(patsubst %.c,$(B)/%,$(fault-unit-tests)): $(B)/%: $(B)/obj/%.o $(call objects,$(unit-shared)) $(lib)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) -lcmocka $(libs) $(client-libs)

$(patsubst %.c,$(B)/%,$(fault-tests)): $(B)/%: $(B)/obj/%.o $(call objects,$(integration-shared)) \
		$(filter-out %/main.o,$(sim-objects)) $(lib) $(stack)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) -lcmocka $(sim-libs)

# What reads JSON, as the client does.
json-tests := $(addprefix $(B)/tests/unit/,test_snapshot_json test_tech_support)
$(json-tests): $(B)/obj/cli/access/client/fields.o
$(json-tests): libs += $(client-libs)

# A door without a device, for real clients.
$(B)/tests/doors/%_server: $(B)/obj/tests/doors/%_server.o $(B)/obj/tests/unit/fake_platform.o $(lib)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) $(libs)

# Integration tests: the simulator without its main().
$(B)/tests/integration/%: $(B)/obj/tests/integration/%.o $(call objects,$(integration-shared)) \
		$(filter-out %/main.o,$(sim-objects)) $(lib) $(stack)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) -lcmocka $(sim-libs)

# Benchmarks: the simulator without its main(), and the raw-frame peer with its connections.
$(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(call objects,$(crowd)) \
		$(filter-out %/main.o,$(sim-objects)) $(lib) $(stack)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) $(sim-libs)

$(B)/tests/bench/walks: $(call objects,tests/integration/mib.c)

# The programs whose calls fail as the environment says: tests/faults/faults.c. A call is wrapped by
# the name that it has for files of 64 bits, and calls of the compiler's own by the other one are not.
wrapped = $$(sed -nE -e 's/^.define __wrap_([a-z]+) .*/\1 64/p' -e 's/^WRAP[A-Z_]*\(([a-z_0-9]+),.*/\1/p' \
	-e 's/^[a-z_]+ \*?__wrap_([a-z_0-9]+)\(.*;$$/\1/p' $(1) | \
	awk '$$2 { large[$$1]; next } { print "-Wl,--wrap=" $$1 ($$1 in large ? 64 : "") }')

$(B)/tests/faults/faulty_sim: $(call objects,$(faults)) $(sim-objects) $(lib) $(stack)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) $(sim-libs) \
		$(call wrapped,$(faults))

$(B)/tests/faults/faulty_client: $(call objects,tests/faults/faults.c $(client-srcs)) $(lib)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $^ $(client-libs) \
		$(call wrapped,tests/faults/faults.c)

# A switch with many connections, the same and its doors.
$(B)/tests/doors/%: $(B)/obj/tests/doors/%.o $(call objects,$(crowd)) \
		$(filter-out %/main.o,$(sim-objects)) $(lib) $(stack)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) $(sim-libs)

polled := $(call objects,tests/integration/poller.c tests/integration/snmp_message.c)
$(B)/tests/doors/soaked_switch: $(polled)
$(B)/tests/doors/polled_switch: $(polled) $(call objects,tests/integration/shell.c)

# Fuzz targets, each linked twice: with libFuzzer, and with what reads the inputs that are kept.
fuzz-programs = $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(1)) $(patsubst %.c,$(B)/%,$(1))
fuzz-needs := $(call objects,tests/fuzz/fuzz.c tests/fuzz/plain.c)
$(patsubst %.c,$(B)/%,$(fuzz-targets)): $(call objects,$(fuzz-replay))
$(call fuzz-programs,$(fuzz-shell)): $(call objects,tests/fuzz/shell.c tests/unit/fake_platform.c) \
	$(fuzz-needs) $(lib)
$(call fuzz-programs,$(fuzz-stack)): $(call objects,$(crowd) tests/integration/snmp_message.c) \
	$(filter-out %/main.o,$(sim-objects)) $(fuzz-needs) $(lib) $(stack)
$(call fuzz-programs,$(fuzz-files)): $(filter-out %/main.o,$(call objects,$(sort $(client-srcs)))) \
	$(fuzz-needs) $(lib)

$(B)/tests/fuzz/%: $(B)/obj/tests/fuzz/%.o
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $(call group,$^) $(sim-libs) -ljansson

$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) -fsanitize=fuzzer $(LDFLAGS) -o $@ $(call group,$^) \
		$(sim-libs) -ljansson

# A device as an integrator builds it: lwIP and netdiag compiled for its own lwipopts.h, with
# lwIP's port to unix for threads. Nothing of the simulator.
firmware-port := $(LWIP_CONTRIB_DIR)/ports/unix/port
firmware-headers := -Itests/firmware/lwip -isystem $(firmware-port)/include \
	-isystem $(lwip_dir)/src/include -isystem $(lwip_dir)/src/apps/snmp
firmware-flags := $(our-flags) $(host) $(firmware-headers)
firmware-lwip-flags := $(base-flags) -w -Iinclude -I$(B)/include $(firmware-headers)
firmware-objects = $(patsubst %.c,$(B)/firmware/%.o,$(srcs-y) $(firmware-shared) sys_arch.c) \
	$(patsubst $(LWIPDIR)/%.c,$(B)/firmware/lwip/%.o,$(COREFILES) $(CORE4FILES) $(APIFILES) \
	$(LWIPDIR)/netif/ethernet.c $(lwip-srcs-y) $(if $(CONFIG_NETDIAG_SNMP),$(snmp-srcs)))

# gcovr takes a function to begin at one line, and these have others for a stack without LWIP_RAW, or
# LWIP_NETIF_EXT_STATUS_CALLBACK.
$(addprefix $(B)/firmware/platform/lwip/,ping.o vlan_traffic.o): \
	firmware-flags := $(filter-out --coverage,$(firmware-flags))

$(B)/tidy/tests/firmware/%: part-flags = $(firmware-flags)

$(B)/firmware/%.o: %.c $(B)/command $(B)/config.mk
	$(say) CC 'firmware $<'
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(firmware-flags) -MD -MP -c -o $@ $<

$(B)/firmware/lwip/%.o: $(LWIPDIR)/%.c $(B)/command $(B)/config.mk
	$(say) LWIP 'firmware $*.c'
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(firmware-lwip-flags) -MD -MP -c -o $@ $<

$(B)/firmware/sys_arch.o: $(firmware-port)/sys_arch.c $(B)/command $(B)/config.mk
	$(say) LWIP 'firmware $(<F)'
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(firmware-lwip-flags) -MD -MP -c -o $@ $<

$(B)/tests/firmware/%: $(B)/firmware/tests/firmware/%.o $(firmware-objects)
	$(say) LD $@
	$(Q)mkdir -p $(@D) && $(CC) $(link-flags) $(LDFLAGS) -o $@ $^ $(libs)

$(B)/tests/firmware/test_walk: $(B)/firmware/tests/integration/walk.o
$(B)/tests/firmware/test_walk: libs += -lcmocka

# lwIP's own unit tests, twice: as they are, and with our hooks in the stack that they test.
unit-lwip := $(B)/lwip-tests
unit-lwip-srcs = $(COREFILES) $(CORE4FILES) $(CORE6FILES) $(APIFILES) $(LWIPDIR)/netif/ethernet.c \
	$(MDNSFILES) $(MQTTFILES) $(if $(findstring /ppp/,$(TESTFILES)),$(PPPFILES)) \
	$(if $(CONFIG_NETDIAG_SNMP),$(snmp-srcs)) $(TESTFILES)
unit-lwip-objects = $(patsubst $(abspath $(lwip_dir))/%.c,$(unit-lwip)/$(1)/lwip/%.o,\
	$(abspath $(unit-lwip-srcs)))
unit-lwip-ours = $(patsubst %.c,$(unit-lwip)/hooked/%.o,$(lwip-test-start) \
	$(filter platform/lwip/% stats/%,$(srcs-y)))
unit-lwip-includes := -Itests/lwip -isystem $(lwip_dir)/test -isystem $(lwip_dir)/test/unit \
	-isystem $(lwip_dir)/src/include -isystem $(lwip_dir)/src/apps/snmp
unit-lwip-flags = $(base-flags) -w -Iinclude -I$(B)/include $(unit-lwip-includes) \
	$(if $(filter $(unit-lwip)/hooked/%,$@),-DNETDIAG_TEST_HOOKS)
# Between their main() and tcpip_init() stands tests/lwip/start.c.
$(unit-lwip)/hooked/lwip/test/unit/lwip_unittests.o: unit-lwip-flags += \
	-Dtcpip_init=netdiag_test_tcpip_init

define unit-lwip-rules
$(unit-lwip)/$(1)/lwip/%.o: $(lwip_dir)/%.c $(B)/command $(B)/config.mk
	$$(say) LWIP '$(1) $$*.c'
	$$(Q)mkdir -p $$(@D) && $$(CC) $$(CPPFLAGS) $$(unit-lwip-flags) -MD -MP -c -o $$@ $$<

$(unit-lwip)/$(1)/lwip_unittests: $(call unit-lwip-objects,$(1)) $(2)
	$$(say) LD $$@
	$$(Q)$$(CC) $$(link-flags) $$(LDFLAGS) -o $$@ $$^ -lcheck -lsubunit -lrt -lm
endef
$(eval $(call unit-lwip-rules,plain))
$(eval $(call unit-lwip-rules,hooked,$(unit-lwip-ours)))

$(unit-lwip)/hooked/%.o: %.c $(B)/command $(B)/config.mk
	$(say) CC 'hooked $<'
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(our-flags) -DNETDIAG_TEST_HOOKS \
		$(unit-lwip-includes) -MD -MP -c -o $@ $<

-include $(patsubst %.o,%.d,$(call objects,$(all-srcs)) $(lwip-objects) $(firmware-objects) \
	$(patsubst %.c,$(B)/firmware/%.o,$(firmware) $(firmware-tests) tests/integration/walk.c))
ifneq ($(filter test-lwip,$(goals)),)
-include $(patsubst %.o,%.d,$(call unit-lwip-objects,plain) $(call unit-lwip-objects,hooked) \
	$(unit-lwip-ours))
endif

# ---------------------------------------------------------------- using it

.PHONY: run
run: all $(call runnable,$(sim)) ## installs what is missing, builds, and starts the simulated switch (ARGS=...)
	@exec $(call runnable,$(sim)) $(ARGS)

.PHONY: transcripts
transcripts: $(call runnable,$(B)/netdiag-sim) ## writes what each scenario looks like to tests/golden/scenarios, and some in Chinese
	$(Q)NETDIAG_SIM=$< $(PYTHON) tests/doors/test_transcripts.py --write

.PHONY: test test-long test-lwip
test: tests ## installs what is missing, builds, and runs every test (TESTS=words picks some)
	$(Q)$(run-tests)

test-long: tests ## the tests, and those that take minutes each (TESTS=words picks some)
	$(Q)NETDIAG_TEST_SECONDS=3600 $(run-tests) $(long-tests)

# A sanitizer makes some programs ten times as slow, and so does qemu.
variant := $(VARIANT)$(addprefix -,$(ARCH))
test-seconds := $(if $(filter release,$(variant)),300,900)

# The programs as make has built them, with what scripts among them need to know.
start = $(call runnable,$(B)/$(1))
run-tests = NETDIAG_TEST_SECONDS=$${NETDIAG_TEST_SECONDS:-$(test-seconds)} \
		NETDIAG_SIM=$(call start,netdiag-sim) NETDIAG_CLIENT=$(call start,netdiag) \
		NETDIAG_FIRMWARE=$(call start,tests/firmware/firmware) \
		NETDIAG_CROWDED_SWITCH=$(call start,tests/doors/crowded_switch) \
		NETDIAG_POLLED_SWITCH=$(call start,tests/doors/polled_switch) \
		NETDIAG_SOAKED_SWITCH=$(call start,tests/doors/soaked_switch) \
		NETDIAG_FAULTY_SIM=$(call start,$(faulty-sim)) \
		NETDIAG_FAULTY_CLIENT=$(call start,$(faulty-client)) \
		NETDIAG_ADDR2LINE=$(triplet)addr2line \
		NETDIAG_SSH_SERVER=$(call start,tests/doors/ssh_server) \
		NETDIAG_TELNET_SERVER=$(call start,tests/doors/telnet_server) \
		NETDIAG_LWIP=$(lwip_dir) $(if $(ARCH),NETDIAG_TEST_QEMU='$(qemu)' NETDIAG_NATIVE_SIM=$(native-sim) \
			NETDIAG_NATIVE_POLLED_SWITCH=$(native-switch)) \
		NETDIAG_VARIANT=$(variant) NETDIAG_VERBOSE=$(V) NETDIAG_TEST_JOBS=$(TEST_JOBS) \
		.ci/run-tests $(B)/results $(TESTS) -- \
		$(patsubst %.c,$(B)/%,$(unit-tests) $(integration-tests) $(firmware-tests) \
		$(fault-unit-tests) $(fault-tests) $(fuzz-targets)) $(script-tests)

test-lwip: $(call runnable,$(unit-lwip)/plain/lwip_unittests $(unit-lwip)/hooked/lwip_unittests) ## lwIP's own unit tests: what passes without our hooks passes with them
	$(Q)$(if $(CONFIG_NETDIAG_TCP_HOOKS),,echo 'test-lwip: CONFIG_NETDIAG_TCP_HOOKS is off' >&2; exit 1)
	$(Q)$(PYTHON) tests/lwip/compare.py $(or $(LWIP_DIR),$(LWIP)) $^

# libFuzzer is clang's.
.PHONY: fuzz fuzz-keep fuzz-programs
fuzz: ## random input into all that reads any, each for FUZZ_TIME seconds (FUZZ=words picks some)
	$(Q)$(MAKE) CC=clang VARIANT=fuzz fuzz-programs
	$(Q)tests/fuzz/run.sh $(fuzz-build) '$(FUZZ_TIME)' $(FUZZ)

fuzz-keep: ## keeps what fuzz has found in tests/fuzz/corpus: as few files as show as much
	$(Q)tests/fuzz/run.sh --keep $(fuzz-build) $(FUZZ)

fuzz-build = $(patsubst build/$(VARIANT)%,build/fuzz-clang%,$(subst -$(compiler),,$(B)))

fuzz-programs: $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(fuzz-targets))
	@:

.PHONY: compare-counters
compare-counters: all $(call runnable,$(sim)) ## lwIP's own number, netdiag's and the capture's of each object of RFC 4022
	$(Q)NETDIAG_SIM=$(call runnable,$(sim)) $(PYTHON) tests/compare_counters.py

# Each with its own configuration, which has its own directory.
.PHONY: bench benchmarks size size-objects size-table
bench: | $(packages) ## what netdiag costs, beside the targets; also in build/bench.txt
	$(Q)$(MAKE) KCONFIG_CONFIG=tests/bench/watched.config benchmarks
	$(Q)$(MAKE) KCONFIG_CONFIG=tests/bench/unwatched.config benchmarks
	$(Q)$(MAKE) size-objects
	$(Q)status=0; { $(PYTHON) tests/bench/segments.py $(B)-unwatched $(B)-watched || status=1; echo; \
		$(PYTHON) tests/bench/crowd.py $(B)-watched || status=1; echo; \
		$(MAKE) size || status=1; exit $$status; } | tee build/bench.txt

# The same device with diagnosis, history and live view and without them, each with its own
# directory.
cortex-m4 := LWIP_PORT=tests/bench/cortex-m4 CC=arm-none-eabi-gcc \
	CFLAGS='-Os -mcpu=cortex-m4 -mthumb' HARDEN=
device-srcs = $(filter stats/% platform/lwip/%,$(srcs-y))

size: size-objects ## code and memory on a Cortex-M4 (arm-none-eabi-gcc), beside the targets
	$(Q)$(MAKE) KCONFIG_CONFIG=tests/bench/cortex-m4.config $(cortex-m4) size-table

size-objects: | $(packages)
	$(Q)$(MAKE) KCONFIG_CONFIG=tests/bench/cortex-m4-bare.config $(cortex-m4) device-archive
	$(Q)$(MAKE) KCONFIG_CONFIG=tests/bench/cortex-m4.config $(cortex-m4) device-archive

.PHONY: device-archive
device-archive: $(B)/device.a $(call objects,$(size-record))
	@:

$(B)/device.a: $(call objects,$(device-srcs)) $(B)/config.mk
	$(Q)rm -f $@ && arm-none-eabi-ar rcs $@ $(filter %.o,$^)

size-table: | $(packages)
	$(Q)$(PYTHON) tests/bench/size.py arm-none-eabi- $(CONFIG_NETDIAG_TCP_SLOTS) \
		$(foreach build,$(B)-bare $(B),$(build)/device.a $(build)/obj/$(size-record:.c=.o))

benchmarks: $(patsubst %.c,$(B)/%,$(benchmarks) $(crowded-switch)) $(B)/netdiag
	@:

.PHONY: tests
tests: $(test-programs) $(sim) $(if $(sim),$(B)/netdiag) \
	$(if $(ARCH),$(call runnable,$(started)) native-programs) $(if $(filter build/release,$(B)),all) ## builds what `make test` runs

.PHONY: asan tsan debug coverage
asan: ## the tests under AddressSanitizer and UBSan
	$(Q)$(MAKE) VARIANT=asan test

tsan: ## the tests under ThreadSanitizer
	$(Q)$(MAKE) VARIANT=tsan test

debug: ## the tests with a check of the order in which locks are taken; asan and tsan have it, too
	$(Q)$(MAKE) VARIANT=debug test

# Of all that is ours, what at least must have run when all tests did, in percent.
COVERAGE_LINES ?= 90
COVERAGE_BRANCHES ?= 80

# Counts add up over runs, so that each run begins at none. A test that fails does not keep the
# report away. Programs of tests that became another user count, too.
coverage: | $(packages) ## the tests with a count of what they reach, in build/coverage.txt and build/coverage/html
	$(Q)$(MAKE) VARIANT=coverage tests
	$(Q)find build/coverage -name '*.gcno' | sed 's/gcno$$/gcda/' >build/coverage/counts
	$(Q)while read -r file; do install -m 666 /dev/null "$$file"; done <build/coverage/counts
	$(Q)status=0; GCOV_ERROR_FILE=/dev/null $(MAKE) VARIANT=coverage test || status=1; \
		find build/coverage -name '*.gcda' -empty -delete; \
		$(MAKE) coverage-report || status=1; exit $$status

.PHONY: coverage-report
coverage-report: | $(packages)
	$(Q)mkdir -p build/coverage/html
	$(Q)trap 'rm -f ./*.gcov' EXIT; gcovr --root . --filter cli/ --filter stats/ --filter platform/ --filter include/ \
		--exclude-unreachable-branches -j $(JOBS) --txt build/coverage.txt \
		--html-details build/coverage/html/index.html --json build/coverage/lines.json \
		--print-summary --fail-under-line $(COVERAGE_LINES) \
		--fail-under-branch $(COVERAGE_BRANCHES) build/coverage

# ---------------------------------------------------------------- checks

.PHONY: check-format lint layers tidy cppcheck analyze
check-format: ## says which files clang-format 14 would change
	$(Q).ci/check-format

layers: ## the tree's rules: who may include what, no allocation in stats, function length, paths
	$(Q).ci/layers

lint: layers tidy cppcheck analyze ## layers, clang-tidy, cppcheck and gcc's -fanalyzer

tidy: $(patsubst %.c,$(B)/tidy/%.ok,$(all-srcs))

$(B)/tidy/%.ok: %.c .clang-tidy tests/.clang-tidy $(B)/config.mk
	$(say) TIDY $<
	$(Q)mkdir -p $(@D) && clang-tidy --quiet --warnings-as-errors='*' $< -- \
		$(filter-out -W%,$(CPPFLAGS) $(part-flags)) 2> >(grep -vE '^[0-9]+ warnings? generated' >&2 || true)
	$(Q)touch $@

# Of what is no test: the analyzer does not know how those end. What it may not say of a file, and
# why, is a line of .ci/analyzer-suppressions.
analyzed := $(filter-out tests/%,$(all-srcs))

analyze: $(patsubst %.c,$(B)/analyze/%.ok,$(analyzed)) ## gcc's -fanalyzer

$(B)/analyze/%.ok: %.c .ci/analyzer-suppressions $(B)/command $(B)/config.mk
	$(say) ANALYZE $<
	$(Q)mkdir -p $(@D) && gcc $(filter-out -W%,$(CPPFLAGS) $(part-flags)) -fanalyzer -Werror \
		$$(sed -n 's,^$< \(-Wno-analyzer[^ ]*\)$$,\1,p' .ci/analyzer-suppressions) \
		-c -o /dev/null $<
	$(Q)touch $@

cppcheck: $(B)/config.mk
	$(say) CPPCHECK 'all of it'
	$(Q)mkdir -p $(B)/cppcheck && cppcheck --quiet -j $(JOBS) --cppcheck-build-dir=$(B)/cppcheck \
		--error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
		--suppressions-list=.ci/cppcheck-suppressions --std=c11 --library=posix \
		-DNETDIAG_AUTOCONF='"netdiag/autoconf.h"' -I include -I $(B)/include -I . $(all-srcs)

# ---------------------------------------------------------------- installing it

prefix := $(DESTDIR)$(PREFIX)
version = $(shell sed -n 's/^\#define NETDIAG_VERSION "\(.*\)"/\1/p' include/netdiag/netdiag.h)

.PHONY: install uninstall
install: $(addprefix $(B)/,$(products)) ## installs library, headers, netdiag.pc, simulator and client under PREFIX
	$(Q)install -d $(prefix)/include/netdiag $(prefix)/lib/pkgconfig
	$(Q)install -m 644 $(headers:%=include/netdiag/%) $(B)/include/netdiag/autoconf.h \
		$(prefix)/include/netdiag/
	$(Q)install -m 644 $(lib) $(prefix)/lib/
	$(Q)printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include' 'libdir=$${prefix}/lib' '' \
		'Name: netdiag' 'Description: TCP and VLAN diagnosis for a libcli shell' \
		'Version: $(version)' 'Cflags: -I$${includedir}' 'Libs: -L$${libdir} -lnetdiag $(libs)' \
		>$(prefix)/lib/pkgconfig/netdiag.pc
	$(if $(sim),$(Q)install -d $(prefix)/bin && install -m 755 $(sim) $(B)/netdiag $(prefix)/bin/)

uninstall: ## removes what install put there
	$(Q)rm -f $(headers:%=$(prefix)/include/netdiag/%) $(prefix)/include/netdiag/autoconf.h \
		$(prefix)/lib/libnetdiag.a $(prefix)/lib/pkgconfig/netdiag.pc $(prefix)/bin/netdiag-sim $(prefix)/bin/netdiag
	$(Q)rmdir $(prefix)/include/netdiag 2>/dev/null || true

# ---------------------------------------------------------------- configuring, cleaning, getting

kconfig-check = $(PYTHON) .ci/kconfig.py check $(KCONFIG_CONFIG)

.PHONY: defconfig menuconfig oldconfig savedefconfig
defconfig: | $(packages) ## .config with every default, or from DEFCONFIG=FILE
	$(Q)$(if $(DEFCONFIG),$(PYTHON) .ci/kconfig.py check '$(DEFCONFIG)')
	$(Q)$(PYTHON) -m $(if $(DEFCONFIG),defconfig '$(DEFCONFIG)',alldefconfig)

menuconfig: | $(packages) ## .config by menus
	$(Q)$(PYTHON) -m menuconfig

oldconfig: | $(packages) ## .config brought in step with Kconfig; new symbols take their defaults
	$(Q)$(kconfig-check)
	$(Q)$(PYTHON) -m olddefconfig

savedefconfig: | $(packages) ## what differs from the defaults, into build/defconfig
	$(Q)$(kconfig-check)
	$(Q)mkdir -p build && $(PYTHON) -m savedefconfig --out build/defconfig

.PHONY: clean distclean deps fetch help
clean: ## removes build/; lwIP's sources stay in their cache
	$(Q)rm -rf build

distclean: clean ## clean, and .config too
	$(Q)rm -f .config .config.old

deps: ## installs packages: DEPS="build test lint clang bench coverage ssh fleet exporter cross"
	$(Q).ci/packages.sh install $(DEPS)

fetch: $(if $(LWIP_DIR),,$(lwip_dir)/src/Filelists.mk) ## fetches lwIP's sources into the cache

help: ## this
	@echo 'Targets:'
	@sed -nE 's/^([a-z-]+)( [a-z-]+)*:[^#]*## (.*)/  \1|\3/p' Makefile | \
		LC_ALL=C sort -t'|' -k1,1 | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'
	@printf '%s\n' '' 'Variables (make NAME=value):' \
		'  V=1               show the commands, and all that tests print' \
		'  CC=clang          the compiler' \
		'  CFLAGS=...        optimization and debugging, $(CFLAGS)' \
		'  VARIANT=asan      release, asan, tsan, debug, coverage or, with clang, fuzz' \
		'  ARCH=s390x        another machine, run by qemu-user: s390x (big-endian), armhf (32 bits)' \
		'  JOBS=N            how many compilers run at once, $(JOBS); so does -jN' \
		'  LWIP=2.1.3        the version of lwIP to fetch, $(LWIP)' \
		'  LWIP_DIR=DIR      any lwIP tree from 2.1.3 on, in place of a fetched one' \
		'  LWIP_CONTRIB_DIR=DIR  its contrib/, where the tree has none' \
		'  LWIP_PORT=DIR     the directory of lwipopts.h and arch/cc.h' \
		'  NETDIAG_CACHE=DIR where fetched sources are kept, $(NETDIAG_CACHE)' \
		'  ARGS="..."        options for netdiag-sim in `make run`' \
		'  TESTS="..."       only tests whose path has one of these words' \
		'  FUZZ="..."        only fuzz targets whose name has one of these words' \
		'  FUZZ_TIME=N       seconds for each fuzz target, $(FUZZ_TIME)' \
		'  COVERAGE_LINES=N  per cent of lines that tests must reach in `make coverage`, $(COVERAGE_LINES)' \
		'  COVERAGE_BRANCHES=N  the same of branches, $(COVERAGE_BRANCHES)' \
		'  TEST_JOBS=N       how many test programs run at once, $(TEST_JOBS)' \
		'  KCONFIG_CONFIG=FILE  the configuration, $(KCONFIG_CONFIG)' \
		'  PREFIX= DESTDIR=  where install puts things, $(PREFIX)' \
		'' 'Configuration: .config by menuconfig; every symbol is explained in Kconfig.'

endif
