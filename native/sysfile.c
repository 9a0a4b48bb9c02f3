#include "sysfile.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_LINE = 4096, LARGEST_IN_LIST = 1 << 16 };

bool hpc_take_number(const char **text, uint64_t *number)
{
    const char *at = *text;
    while (*at == ' ' || *at == '\t')
        at++;
    if (*at < '0' || *at > '9')
        return false;
    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (__builtin_mul_overflow(*number, (uint64_t)10, number) || __builtin_add_overflow(*number, (uint64_t)(*at - '0'), number))
            return false;
    }
    *text = at;
    return true;
}

bool hpc_read_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool read = fgets(line, size, file) != NULL;
    fclose(file);
    if (read)
        line[strcspn(line, "\n")] = '\0';
    return read;
}

uint64_t hpc_read_number(const char *path)
{
    char line[64];
    const char *text = line;
    uint64_t number;
    if (!hpc_read_line(path, line, sizeof line) || !hpc_take_number(&text, &number))
        return 0;
    return number << (*text == 'K' ? 10 : *text == 'M' ? 20 : *text == 'G' ? 30 : 0);
}

uint64_t hpc_read_key(const char *path, const char *key)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    char line[256];
    uint64_t number = 0;
    while (number == 0 && fgets(line, sizeof line, file) != NULL) {
        const char *text = line + strlen(key);
        if (strncmp(line, key, strlen(key)) == 0)
            hpc_take_number(&text, &number);
    }
    fclose(file);
    return number;
}

uint32_t hpc_read_list(const char *path, void (*visit)(uint32_t number, void *state), void *state)
{
    char line[LONGEST_LINE];
    if (!hpc_read_line(path, line, sizeof line))
        return 0;
    uint32_t count = 0;
    const char *text = line;
    uint64_t first;
    while (hpc_take_number(&text, &first)) {
        uint64_t last = first;
        if (*text == '-') {
            text++;
            if (!hpc_take_number(&text, &last))
                break;
        }
        for (uint64_t i = first; i <= last && i < LARGEST_IN_LIST; i++) {
            count++;
            if (visit != NULL)
                visit((uint32_t)i, state);
        }
        if (*text == ',')
            text++;
    }
    return count;
}
