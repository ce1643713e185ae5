/* SPDX-License-Identifier: MIT
 * odd_frames.S: frames that no compiler makes: each calls back(n) and allocates by itself.
 *
 * Of those with call-frame information some move their frame while they run,
 * keep rbp in odd places, or find the frame through it without pushing it
 * first; the last has none, which ends every stack.
 */
	.text
	.macro	begin name
	.globl	\name
	.type	\name, @function
\name:
	.endm

	/* The stack pointer moves between two calls. */
	begin	moving
	.cfi_startproc
	push	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	mov	%rdi, %rbx
	call	back@PLT
	sub	$0x230, %rsp
	.cfi_adjust_cfa_offset 0x230
	mov	%rbx, %rdi
	call	back@PLT
	mov	$40, %edi
	call	malloc@PLT
	mov	%rax, %rdi
	call	free@PLT
	add	$0x230, %rsp
	.cfi_adjust_cfa_offset -0x230
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	ret
	.cfi_endproc
	.size	moving, . - moving

	/* rbp is data; it is saved far from where compilers save it. */
	begin	rbp_as_data
	.cfi_startproc
	sub	$0x118, %rsp
	.cfi_adjust_cfa_offset 0x118
	mov	%rbp, 24(%rsp)
	.cfi_rel_offset %rbp, 24
	lea	12345(%rdi), %rbp
	call	back@PLT
	lea	-12300(%rbp), %rdi
	and	$63, %rdi
	call	malloc@PLT
	mov	%rax, %rdi
	call	free@PLT
	mov	24(%rsp), %rbp
	.cfi_restore %rbp
	add	$0x118, %rsp
	.cfi_adjust_cfa_offset -0x118
	ret
	.cfi_endproc
	.size	rbp_as_data, . - rbp_as_data

	/* A frame pointer into the middle of the frame. */
	begin	rbp_in_the_middle
	.cfi_startproc
	push	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	sub	$64, %rsp
	.cfi_adjust_cfa_offset 64
	lea	32(%rsp), %rbp
	.cfi_def_cfa %rbp, 48
	mov	%rdi, %rax
	and	$7, %rax
	shl	$4, %rax
	sub	%rax, %rsp
	call	back@PLT
	mov	$24, %edi
	call	malloc@PLT
	mov	%rax, %rdi
	call	free@PLT
	lea	-32(%rbp), %rsp
	.cfi_def_cfa %rsp, 80
	add	$64, %rsp
	.cfi_adjust_cfa_offset -64
	pop	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	ret
	.cfi_endproc
	.size	rbp_in_the_middle, . - rbp_in_the_middle

	/* The frame is found through rbx, which no rule can say. */
	begin	through_rbx
	.cfi_startproc
	push	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	mov	%rsp, %rbx
	.cfi_def_cfa_register %rbx
	mov	%rdi, %rax
	and	$7, %rax
	shl	$4, %rax
	sub	%rax, %rsp
	call	back@PLT
	mov	$32, %edi
	call	malloc@PLT
	mov	%rax, %rdi
	call	free@PLT
	mov	%rbx, %rsp
	.cfi_def_cfa_register %rsp
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	ret
	.cfi_endproc
	.size	through_rbx, . - through_rbx

	/* No information at all. */
	begin	silent
	sub	$1000, %rsp
	mov	%rbp, 16(%rsp)
	mov	$7, %ebp
	call	back@PLT
	mov	$48, %edi
	call	malloc@PLT
	mov	%rax, %rdi
	call	free@PLT
	mov	16(%rsp), %rbp
	add	$1000, %rsp
	ret
	.size	silent, . - silent
	.section .note.GNU-stack,"",@progbits
