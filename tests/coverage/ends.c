/*
 * Ends that leave no counts behind by themselves: _exit(), which the remote world takes, and a
 * signal that a program that has cleaned up raises against itself. The linker puts these in their
 * place (--wrap), so that the product knows nothing of it.
 *
 * What is killed from outside leaves no counts. A program that has its own in place of raise(), as
 * the one with faults has, calls __gcov_dump() there.
 */
#include <signal.h>
#include <unistd.h>

void __gcov_dump(void); /* libgcov's, which has no header */

void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
int __real_raise(int number);
int __wrap_raise(int number) __attribute__((weak));

void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}

int __wrap_raise(int number)
{
    __gcov_dump();
    return __real_raise(number);
}
