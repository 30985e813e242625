/*
 * dladdr() will not do: it knows exported functions only, and lwIP's services have static ones.
 */
#include "symbols.h"

#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stdio.h>
#include <unistd.h>

/* The first object is the program itself; its addresses in the file are from there. */
static int take_base(struct dl_phdr_info *info, size_t size, void *base)
{
    (void)size;
    *(uintptr_t *)base = info->dlpi_addr;
    return 1;
}

static bool find_in_section(Elf *elf, Elf_Scn *section, uintptr_t value, char *name, size_t size)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Shdr header;
    GElf_Sym symbol;

    if (!data || !gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
        return false;
    for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
        const char *found = elf_strptr(elf, header.sh_link, symbol.st_name);

        if (GELF_ST_TYPE(symbol.st_info) == STT_FUNC && symbol.st_value == value && found) {
            snprintf(name, size, "%s", found);
            return true;
        }
    }
    return false;
}

static bool find(int fd, uintptr_t value, char *name, size_t size)
{
    Elf *elf = elf_version(EV_CURRENT) == EV_NONE ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    Elf_Scn *section = NULL;
    bool is_found = false;

    while (elf && !is_found && (section = elf_nextscn(elf, section)))
        is_found = find_in_section(elf, section, value, name, size);
    elf_end(elf);
    return is_found;
}

bool sim_symbol(void *ctx, uintptr_t address, char *name, size_t size)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    uintptr_t base = 0;
    bool is_found;

    (void)ctx;
    if (fd < 0)
        return false;
    dl_iterate_phdr(take_base, &base);
    is_found = find(fd, address - base, name, size);
    close(fd);
    return is_found;
}
