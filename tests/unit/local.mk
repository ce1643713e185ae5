# SPDX-License-Identifier: MIT
# tests/unit/local.mk: one Criterion program per module.
#
# A test of the plain archive is one word in unit_tests: its source is the name
# with .c.  One of the core also needs
#   tests_unit_test_NAME_LDADD = $(unit_core_LIBS)
# Without Criterion none is built, and configure says so.
unit_tests = \
	tests/unit/test_address \
	tests/unit/test_block \
	tests/unit/test_boot \
	tests/unit/test_cache \
	tests/unit/test_cfi \
	tests/unit/test_child \
	tests/unit/test_churn \
	tests/unit/test_clique \
	tests/unit/test_diff \
	tests/unit/test_dump \
	tests/unit/test_fds \
	tests/unit/test_filename \
	tests/unit/test_fold \
	tests/unit/test_gcheap \
	tests/unit/test_graph \
	tests/unit/test_group \
	tests/unit/test_guard \
	tests/unit/test_heap \
	tests/unit/test_history \
	tests/unit/test_large \
	tests/unit/test_heapdump \
	tests/unit/test_known \
	tests/unit/test_lock \
	tests/unit/test_maps \
	tests/unit/test_mem \
	tests/unit/test_memo \
	tests/unit/test_message \
	tests/unit/test_module \
	tests/unit/test_names \
	tests/unit/test_num \
	tests/unit/test_option \
	tests/unit/test_out \
	tests/unit/test_pagemap \
	tests/unit/test_pace \
	tests/unit/test_parcel \
	tests/unit/test_place \
	tests/unit/test_proto \
	tests/unit/test_range \
	tests/unit/test_reclaim \
	tests/unit/test_reach \
	tests/unit/test_region \
	tests/unit/test_report_json \
	tests/unit/test_report_text \
	tests/unit/test_root \
	tests/unit/test_sample \
	tests/unit/test_schedule \
	tests/unit/test_server \
	tests/unit/test_settings \
	tests/unit/test_site \
	tests/unit/test_sizeclass \
	tests/unit/test_sort \
	tests/unit/test_spawn \
	tests/unit/test_stack \
	tests/unit/test_stop \
	tests/unit/test_suppress \
	tests/unit/test_task \
	tests/unit/test_thread \
	tests/unit/test_token \
	tests/unit/test_way \
	tests/unit/test_topmodel \
	tests/unit/test_trim \
	tests/unit/test_worker
EXTRA_DIST += tests/unit/core.h tests/unit/dumps.h tests/unit/sample.h

# These test files of the tool, which no archive holds.
tests_unit_test_names_SOURCES = tests/unit/test_names.c src/tool/names.c
tests_unit_test_names_LDADD = $(LDADD) $(STDCXX_LIBS)
tests_unit_test_range_SOURCES = tests/unit/test_range.c src/tool/range.c
tests_unit_test_topmodel_SOURCES = tests/unit/test_topmodel.c src/tool/topmodel.c src/tool/toplines.c src/tool/number.c src/tool/cli.c
tests_unit_test_worker_SOURCES = tests/unit/test_worker.c src/tool/worker.c

# These test heap dumps.
tests_unit_test_diff_LDADD = liblgc-graph.la $(LDADD)
tests_unit_test_graph_LDADD = liblgc-graph.la $(LDADD)
tests_unit_test_heapdump_LDADD = liblgc-graph.la $(LDADD)

# These test the core.
tests_unit_test_block_LDADD = $(unit_core_LIBS)
tests_unit_test_boot_LDADD = $(unit_core_LIBS)
tests_unit_test_cache_LDADD = $(unit_core_LIBS)
tests_unit_test_cfi_LDADD = $(unit_core_LIBS)
tests_unit_test_child_LDADD = $(unit_core_LIBS)
tests_unit_test_churn_LDADD = $(unit_core_LIBS)
tests_unit_test_clique_LDADD = $(unit_core_LIBS)
tests_unit_test_reach_LDADD = $(unit_core_LIBS)
tests_unit_test_fold_LDADD = $(unit_core_LIBS)
tests_unit_test_gcheap_LDADD = $(unit_core_LIBS)
tests_unit_test_group_LDADD = $(unit_core_LIBS)
tests_unit_test_guard_LDADD = $(unit_core_LIBS)
tests_unit_test_heap_LDADD = $(unit_core_LIBS)
tests_unit_test_history_LDADD = $(unit_core_LIBS)
tests_unit_test_known_LDADD = $(unit_core_LIBS)
tests_unit_test_lock_LDADD = $(unit_core_LIBS)
tests_unit_test_maps_LDADD = $(unit_core_LIBS)
tests_unit_test_mem_LDADD = $(unit_core_LIBS)
tests_unit_test_memo_LDADD = $(unit_core_LIBS)
tests_unit_test_module_LDADD = $(unit_core_LIBS)
tests_unit_test_pagemap_LDADD = $(unit_core_LIBS)
tests_unit_test_pace_LDADD = $(unit_core_LIBS)
tests_unit_test_parcel_LDADD = $(unit_core_LIBS)
tests_unit_test_reclaim_LDADD = $(unit_core_LIBS)
tests_unit_test_region_LDADD = $(unit_core_LIBS)
tests_unit_test_root_LDADD = $(unit_core_LIBS)
tests_unit_test_sample_LDADD = $(unit_core_LIBS)
tests_unit_test_schedule_LDADD = $(unit_core_LIBS)
tests_unit_test_settings_LDADD = $(unit_core_LIBS)
tests_unit_test_site_LDADD = $(unit_core_LIBS)
tests_unit_test_sizeclass_LDADD = $(unit_core_LIBS)
tests_unit_test_sort_LDADD = $(unit_core_LIBS)
tests_unit_test_spawn_LDADD = $(unit_core_LIBS)
tests_unit_test_stack_LDADD = $(unit_core_LIBS)
tests_unit_test_stop_LDADD = $(unit_core_LIBS)
tests_unit_test_task_LDADD = $(unit_core_LIBS)
tests_unit_test_token_LDADD = $(LDADD) $(SODIUM_LIBS)
tests_unit_test_trim_LDADD = $(unit_core_LIBS)
tests_unit_test_large_LDADD = $(unit_core_LIBS)
tests_unit_test_thread_LDADD = $(unit_core_LIBS)
tests_unit_test_way_LDADD = $(unit_core_LIBS)

if HAVE_CRITERION
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
