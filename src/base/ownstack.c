/* SPDX-License-Identifier: MIT
 * ownstack.c: sets the stack pointer, calls, and sets it back. */
#include "base/ownstack.h"

#include <stddef.h>

#include "base/mem.h"

enum { STACK = 256 << 10 };

bool lgc_ownstack_reserve(struct lgc_ownstack *own)
{
    char *stack = own->top == NULL ? lgc_mem_map(STACK) : NULL;

    if (stack != NULL)
        own->top = stack + STACK;
    return own->top != NULL;
}

/* Debuggers and unwinders find the way back through rbp. */
__asm__(".text\n"
        ".type lgc_ownstack_switch, @function\n"
        ".hidden lgc_ownstack_switch\n"
        ".globl lgc_ownstack_switch\n"
        "lgc_ownstack_switch:\n"
        "\t.cfi_startproc\n"
        "\tpush %rbp\n"
        "\t.cfi_def_cfa_offset 16\n"
        "\t.cfi_offset %rbp, -16\n"
        "\tmov %rsp, %rbp\n"
        "\t.cfi_def_cfa_register %rbp\n"
        "\tmov %rdx, %rsp\n"
        "\tmov %rdi, %rax\n"
        "\tmov %rsi, %rdi\n"
        "\tcall *%rax\n"
        "\tmov %rbp, %rsp\n"
        "\tpop %rbp\n"
        "\t.cfi_def_cfa %rsp, 8\n"
        "\tret\n"
        "\t.cfi_endproc\n"
        ".size lgc_ownstack_switch, .-lgc_ownstack_switch\n");
void lgc_ownstack_switch(void (*work)(void *), void *arg, void *top);

void lgc_ownstack_run(struct lgc_ownstack *own, void (*work)(void *arg), void *arg)
{
    if (lgc_ownstack_reserve(own))
        lgc_ownstack_switch(work, arg, own->top);
    else
        work(arg);
}
