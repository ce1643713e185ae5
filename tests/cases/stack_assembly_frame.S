/* SPDX-License-Identifier: MIT
 * stack_assembly_frame.S: two callers of malloc with odd frames, one with unwind information, one without.
 */
	.text
	.globl	with_cfi
	.type	with_cfi, @function
with_cfi:
	.cfi_startproc
	push	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	sub	$48, %rsp
	.cfi_adjust_cfa_offset 48
	movl	$1, 8(%rsp)
	call	malloc@PLT
	add	$48, %rsp
	.cfi_adjust_cfa_offset -48
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	ret
	.cfi_endproc
	.size	with_cfi, . - with_cfi

	.globl	without_cfi
	.type	without_cfi, @function
without_cfi:
	sub	$1000, %rsp
	mov	%rbp, 16(%rsp)
	mov	$7, %ebp
	call	malloc@PLT
	mov	16(%rsp), %rbp
	add	$1000, %rsp
	ret
	.size	without_cfi, . - without_cfi
	.section .note.GNU-stack,"",@progbits
