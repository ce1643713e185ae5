# SPDX-License-Identifier: MIT
# tests/cases/local.mk: the case programs, one promise each.
#
# A new case is one word here; how it is built and what it must give stands in
# the comment at its top (tests/lib/case.py explains the words).
c_cases = \
	tests/cases/abort_on_leak.c \
	tests/cases/api_check_accumulates.c \
	tests/cases/api_check_reports.c \
	tests/cases/api_disable_is_per_thread.c \
	tests/cases/api_disable_keeps_children.c \
	tests/cases/api_disable_nests.c \
	tests/cases/api_heap_numbers.c \
	tests/cases/api_heap_samples.c \
	tests/cases/api_ignore_object.c \
	tests/cases/api_ignored_then_freed.c \
	tests/cases/api_is_reachable.c \
	tests/cases/api_last_reachable_check.c \
	tests/cases/api_leaks_iterates.c \
	tests/cases/api_optimize.c \
	tests/cases/api_quiet_does_nothing.c \
	tests/cases/api_result_numbers.c \
	tests/cases/api_thread_tag.c \
	tests/cases/bad_double_free.c \
	tests/cases/bad_double_free_names_allocation.c \
	tests/cases/bad_free_of_no_block.c \
	tests/cases/blocks_all_signals.c \
	tests/cases/blocks_signals_in_sigwait.c \
	tests/cases/check_in_place_spares_no_page.c \
	tests/cases/check_leaves_bounded_calls.c \
	tests/cases/check_leaves_cancellation.c \
	tests/cases/check_leaves_endless_waits.c \
	tests/cases/check_leaves_handlers_eintr.c \
	tests/cases/check_leaves_signal_in_check.c \
	tests/cases/check_leaves_sigsuspend.c \
	tests/cases/check_leaves_sleeps_whole.c \
	tests/cases/check_leaves_socket_timeouts.c \
	tests/cases/check_leaves_timeouts.c \
	tests/cases/check_leaves_waits_alone.c \
	tests/cases/check_while_threads_work.c \
	tests/cases/checks_leave_nothing_behind.c \
	tests/cases/clock_is_set.c \
	tests/cases/default_options_of_the_program.c \
	tests/cases/detector_bad_places.c \
	tests/cases/detector_header.c \
	tests/cases/edge_alignment.c \
	tests/cases/edge_alignment_of_malloc.c \
	tests/cases/edge_calloc_zeroes.c \
	tests/cases/edge_free_keeps_errno.c \
	tests/cases/edge_malloc_zero.c \
	tests/cases/edge_memory_is_reused.c \
	tests/cases/edge_realloc.c \
	tests/cases/edge_statistics.c \
	tests/cases/edge_too_large.c \
	tests/cases/edge_usable_size.c \
	tests/cases/end_pointer_keeps_no_neighbour.c \
	tests/cases/input_help.c \
	tests/cases/input_turned_off.c \
	tests/cases/input_unknown_option.c \
	tests/cases/input_unwritable_log.c \
	tests/cases/info_tells_of_paths.c \
	tests/cases/interior_pointer_is_possible.c \
	tests/cases/library_data_is_no_root.c \
	tests/cases/life_atexit_frees.c \
	tests/cases/life_cancelled_thread_exits.c \
	tests/cases/life_early_constructor.c \
	tests/cases/life_ended_by_signal.c \
	tests/cases/life_exec_and_spawn.c \
	tests/cases/life_exit_from_thread.c \
	tests/cases/life_ends_in_handlers.c \
	tests/cases/life_ends_on_small_stack.c \
	tests/cases/life_exit_in_constructor.c \
	tests/cases/life_exit_in_signal_handler.c \
	tests/cases/life_exitcode_keeps_output.c \
	tests/cases/life_exit_while_forking.c \
	tests/cases/life_fork.c \
	tests/cases/life_fork_in_handler.c \
	tests/cases/life_fork_in_threads.c \
	tests/cases/life_fork_in_threads_exits.c \
	tests/cases/life_helper_sleeps_alone.c \
	tests/cases/life_ifunc_resolver.c \
	tests/cases/life_main_thread_exits_first.c \
	tests/cases/life_preinit_array.c \
	tests/cases/life_signal_dispositions_stay.c \
	tests/cases/life_signal_in_malloc.c \
	tests/cases/life_two_ends_at_once.c \
	tests/cases/life_underscore_exit.c \
	tests/cases/life_vfork_child_killed.c \
	tests/cases/lost_chain.c \
	tests/cases/lost_chain_very_long.c \
	tests/cases/lost_child_of_live_parent.c \
	tests/cases/lost_cycle_has_one_head.c \
	tests/cases/lost_cycle_with_tail.c \
	tests/cases/lost_cycles_joined.c \
	tests/cases/lost_direct.c \
	tests/cases/lost_nothing.c \
	tests/cases/lost_self_pointer.c \
	tests/cases/lost_shared_child.c \
	tests/cases/lost_tree.c \
	tests/cases/lsan_default_options.c \
	tests/cases/lsan_default_suppressions.c \
	tests/cases/lsan_do_leak_check_ends.c \
	tests/cases/lsan_is_turned_off.c \
	tests/cases/lsan_recoverable_check.c \
	tests/cases/many_objects_of_a_thousand.c \
	tests/cases/many_objects_of_one_site.c \
	tests/cases/many_sites.c \
	tests/cases/max_sites_is_said.c \
	tests/cases/memory_limit.c \
	tests/cases/memory_limit_leaks_are_reported.c \
	tests/cases/mmap_unreadable_memory.c \
	tests/cases/new_is_exact_under_stress.c \
	tests/cases/new_is_once_after_return.c \
	tests/cases/no_free_descriptor.c \
	tests/cases/option_check_at_exit.c \
	tests/cases/own_names.c \
	tests/cases/pthread_key_destructor_frees.c \
	tests/cases/quiet_walks_no_stack.c \
	tests/cases/reach_altstack_frame.c \
	tests/cases/reach_altstack_memory.c \
	tests/cases/reach_coroutine_stack.c \
	tests/cases/reach_data_relro.c \
	tests/cases/reach_dlopen_data.c \
	tests/cases/reach_dlopen_tls.c \
	tests/cases/reach_global.c \
	tests/cases/reach_huge_sparse_mmap.c \
	tests/cases/reach_main_stack.c \
	tests/cases/reach_main_tls.c \
	tests/cases/reach_mmap.c \
	tests/cases/reach_pthread_keys.c \
	tests/cases/reach_register.c \
	tests/cases/reach_root_region.c \
	tests/cases/reach_stack_below_coroutine.c \
	tests/cases/reach_static_local.c \
	tests/cases/reach_thread_argument.c \
	tests/cases/reach_thread_argument_kept.c \
	tests/cases/reach_thread_exit_value.c \
	tests/cases/reach_thread_stack.c \
	tests/cases/reach_thread_tls.c \
	tests/cases/reach_xmm_register.c \
	tests/cases/realloc_failed_keeps_the_block.c \
	tests/cases/realloc_site_is_the_last.c \
	tests/cases/reclaim_frees_the_lost.c \
	tests/cases/reclaim_quarantine.c \
	tests/cases/records_are_evicted.c \
	tests/cases/report_many_kinds.c \
	tests/cases/report_text_shape.c \
	tests/cases/report_without_tool.c \
	tests/cases/reported_is_confirmed.c \
	tests/cases/reported_needs_both_markers.c \
	tests/cases/reused_memory_hides_nothing.c \
	tests/cases/reuse_updates_the_record.c \
	tests/cases/seccomp_of_old_kernels.c \
	tests/cases/seccomp_stderr_is_a_socket.c \
	tests/cases/seccomp_that_kills.c \
	tests/cases/seccomp_without_clone.c \
	tests/cases/seccomp_without_sockets.c \
	tests/cases/signal_mask_reads_back.c \
	tests/cases/size_zero_is_kept_and_lost.c \
	tests/cases/sizes_are_exact.c \
	tests/cases/snapshot_dies_with_the_process.c \
	tests/cases/snapshot_is_unseen.c \
	tests/cases/snapshot_killed.c \
	tests/cases/snapshot_of_memory_kept_from_copies.c \
	tests/cases/snapshot_refused.c \
	tests/cases/stack_all_entry_points.c \
	tests/cases/stack_assembly_frame.c \
	tests/cases/stack_context_size.c \
	tests/cases/stack_debug_link.c \
	tests/cases/stack_fifty_deep.c \
	tests/cases/stack_inlined_function.c \
	tests/cases/stack_of_new_thread.c \
	tests/cases/stack_on_coroutine.c \
	tests/cases/stack_plugin_unloaded.c \
	tests/cases/stack_realigned_frame.c \
	tests/cases/stack_recursion.c \
	tests/cases/stack_recursion_folded.c \
	tests/cases/stack_same_site_same_entry.c \
	tests/cases/stack_signal_frame.c \
	tests/cases/stack_stripped.c \
	tests/cases/stack_through_library.c \
	tests/cases/stack_two_plugins_in_turn.c \
	tests/cases/stale_freed_block_in_wide_graph.c \
	tests/cases/stale_freed_block_keeps_nothing.c \
	tests/cases/stale_shrunk_block_keeps_nothing.c \
	tests/cases/stale_stack_keeps_nothing.c \
	tests/cases/stale_thread_stack_keeps_nothing.c \
	tests/cases/suspects_grow.c \
	tests/cases/suppressions_hide.c \
	tests/cases/ten_million_objects.c \
	tests/cases/thread_from_thrd_create.c \
	tests/cases/thread_from_timer.c \
	tests/cases/thread_unjoined.c \
	tests/cases/thread_unjoined_c11.c \
	tests/cases/thread_unjoined_silent.c \
	tests/cases/threads_come_and_go.c \
	tests/cases/threads_cross_free.c \
	tests/cases/stop_on_small_stack.c \
	tests/cases/stress_everything_at_once.c \
	tests/cases/threads_own_stacks.c \
	tests/cases/threads_stack_of_16k.c \
	tests/cases/threads_timer_events.c \
	tests/cases/threads_two_hundred.c \
	tests/cases/unaligned_pointer_keeps_nothing.c \
	tests/cases/uses_collector_signals.c
cxx_cases = \
	tests/cases/cxx_containers.cc \
	tests/cases/cxx_exception_pointer_lost.cc \
	tests/cases/cxx_exceptions.cc \
	tests/cases/cxx_names.cc \
	tests/cases/cxx_new_of_too_much.cc \
	tests/cases/cxx_static_destructor_frees.cc

case_programs = $(c_cases:.c=.case)
if HAVE_CXX
case_programs += $(cxx_cases:.cc=.case)
endif

SUFFIXES = .c .cc .case
case_build = $(SHELL) $(top_srcdir)/tests/lib/build_case.sh
.c.case:
	$(AM_V_CCLD)$(case_build) '$(CC)' $< $@ $(top_srcdir)/include
.cc.case:
	$(AM_V_CXXLD)$(case_build) '$(CXX)' $< $@ $(top_srcdir)/include
$(case_programs): include/leaksgc.h tests/cases/case.h tests/cases/alarms.h tests/cases/api.h tests/cases/checks.h \
	tests/cases/helper.h tests/cases/seccomp.h tests/lib/build_case.sh

TESTS += $(case_programs) tests/cases/snapshot_fork.t tests/cases/snapshot_markers.t tests/cases/small_caches.t
tests/cases/snapshot_fork.log tests/cases/snapshot_markers.log tests/cases/small_caches.log: $(case_programs)
EXTRA_DIST += tests/cases/snapshot_fork.t tests/cases/snapshot_markers.t tests/cases/small_caches.t tests/cases/again.sh
check_DATA += $(case_programs)
TEST_EXTENSIONS += .case
CASE_LOG_DRIVER = $(lgc_tap_driver)
CASE_LOG_COMPILER = /usr/bin/python3
AM_CASE_LOG_FLAGS = $(srcdir)/tests/lib/case.py

EXTRA_DIST += $(c_cases) $(cxx_cases) tests/cases/stack_assembly_frame.S tests/cases/case.h tests/cases/alarms.h tests/cases/api.h tests/cases/checks.h \
	tests/cases/helper.h tests/cases/seccomp.h
CLEANFILES += $(case_programs) tests/cases/*.so tests/cases/*.debug
