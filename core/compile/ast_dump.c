// SPDX-License-Identifier: MIT
// Tree printer, see ast_dump.h. Driven by the tables alone, so it also shows that they are right.
#include "core/compile/ast_dump.h"

#include "core/base/dtoa.h"
#include "core/base/unicode.h"
#include "core/base/utf8.h"

#include <inttypes.h>
#include <string.h>

// repr() of a str (len bytes of UTF-8, surrogates allowed).
static void dump_str(FILE *out, const char *text, size_t len) {
    char quote = memchr(text, '\'', len) && !memchr(text, '"', len) ? '"' : '\'';
    const uint8_t *s = (const uint8_t *)text, *end = s + len;
    fputc(quote, out);
    while (s < end) {
        const uint8_t *before = s;
        uint32_t c = utf8_next(&s);
        if (c == (uint32_t)quote || c == '\\') fprintf(out, "\\%c", (int)c);
        else if (c == '\n') fputs("\\n", out);
        else if (c == '\t') fputs("\\t", out);
        else if (c == '\r') fputs("\\r", out);
        else if (c >= 32 && c < 127) fputc((int)c, out);
        else if (c >= 128 && unicode_is_printable(c)) fwrite(before, 1, (size_t)(s - before), out);
        else if (c < 256) fprintf(out, "\\x%02x", c);
        else if (c < 0x10000) fprintf(out, "\\u%04x", c);
        else fprintf(out, "\\U%08x", c);
    }
    fputc(quote, out);
}

static void dump_bytes(FILE *out, const char *text, size_t len) {
    char quote = memchr(text, '\'', len) && !memchr(text, '"', len) ? '"' : '\'';
    fprintf(out, "b%c", quote);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == quote || c == '\\') fprintf(out, "\\%c", c);
        else if (c == '\n') fputs("\\n", out);
        else if (c == '\t') fputs("\\t", out);
        else if (c == '\r') fputs("\\r", out);
        else if (c >= 32 && c < 127) fputc(c, out);
        else fprintf(out, "\\x%02x", c);
    }
    fputc(quote, out);
}

static void dump_const(FILE *out, const AstConst *k) {
    char buf[32];
    switch ((AstConstKind)k->kind) {
    case AST_CONST_NONE: fputs("None", out); break;
    case AST_CONST_TRUE: fputs("True", out); break;
    case AST_CONST_FALSE: fputs("False", out); break;
    case AST_CONST_ELLIPSIS: fputs("Ellipsis", out); break;
    case AST_CONST_INT:
        if (!k->big) fprintf(out, "%" PRId64, k->i);
        else fprintf(out, "%s%.*s", k->base == 16 ? "0x" : k->base == 8 ? "0o" : k->base == 2 ? "0b" : "", (int)k->len, k->text);
        break;
    case AST_CONST_FLOAT:
        double_repr_shortest(k->f, buf);
        // repr() of a whole number has its point
        if (!strpbrk(buf, ".en")) strcat(buf, ".0");
        fputs(buf, out);
        break;
    case AST_CONST_IMAG: {
        double_repr_shortest(k->f, buf);
        size_t n = strlen(buf);
        if (n > 2 && !strcmp(buf + n - 2, ".0")) buf[n - 2] = 0;
        fprintf(out, "%sj", buf);
        break;
    }
    case AST_CONST_STR: dump_str(out, k->text, k->len); break;
    case AST_CONST_BYTES: dump_bytes(out, k->text, k->len); break;
    case AST_CONST_OBJECT: fprintf(out, "<object %" PRIx64 ">", k->object); break;
    }
}

static void dump_item(FILE *out, const void *place, AstCategory type, bool attributes) {
    if (type == AST_CAT_IDENTIFIER || type == AST_CAT_STRING) {
        const AstName *name = *(AstName *const *)place;
        if (name) dump_str(out, name->text, name->len);
        else fputs("None", out);
    } else if (type == AST_CAT_INT) {
        fprintf(out, "%d", *(const int *)place);
    } else if (type == AST_CAT_CONSTANT) {
        dump_const(out, place);
    } else if (ast_category_is_enum(type)) {
        fprintf(out, "%s()", ast_kind_info[*(const AstKind *)place].name);
    } else {
        const AstNode *node = *(AstNode *const *)place;
        if (node) ast_dump(out, node, attributes);
        else fputs("None", out);
    }
}

static bool is_empty(const void *place, const AstFieldInfo *f) {
    if (f->quantity == AST_OPT) {
        if (f->type == AST_CAT_INT) return false;
        return *(void *const *)place == NULL;
    }
    if (f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE) return ((const AstSeq *)place)->n == 0;
    return false;
}

void ast_dump(FILE *out, const void *node, bool attributes) {
    const AstNode *head = node;
    const AstKindInfo *info = &ast_kind_info[head->kind];
    bool any = false;
    fprintf(out, "%s(", info->name);
    for (int i = 0; i < info->nfields; i++) {
        const AstFieldInfo *f = &info->fields[i];
        const char *place = (const char *)node + f->offset;
        if (is_empty(place, f)) continue;
        fprintf(out, "%s%s=", any ? ", " : "", f->name);
        any = true;
        if (f->quantity == AST_SEQUENCE || f->quantity == AST_OPTSEQUENCE) {
            const AstSeq *seq = (const AstSeq *)place;
            size_t step = ast_category_is_enum((AstCategory)f->type) ? sizeof(AstKind) : sizeof(void *);
            fputc('[', out);
            for (int j = 0; j < seq->n; j++) {
                if (j) fputs(", ", out);
                dump_item(out, (const char *)seq->items + (size_t)j * step, (AstCategory)f->type, attributes);
            }
            fputc(']', out);
        } else {
            dump_item(out, place, (AstCategory)f->type, attributes);
        }
    }
    if (attributes && ast_category_info[info->category].has_pos) {
        fprintf(out, "%slineno=%d, col_offset=%d, end_lineno=%d, end_col_offset=%d", any ? ", " : "", head->lineno,
                head->col_offset, head->end_lineno, head->end_col_offset);
    }
    fputc(')', out);
}
