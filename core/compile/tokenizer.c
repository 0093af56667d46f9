// SPDX-License-Identifier: MIT
// Tokenizer: lines, indentation, names, numbers, operators. String text is in tokenizer_string.c, errors in
// tokenizer_error.c. The text is read line by line (tok_underflow), so that line numbers in messages and the
// notion "has seen the end of the text" follow the reference implementation exactly.
#include "core/compile/tokenizer_int.h"

#include <string.h>

const uint8_t tok_class[256] = {
    ['a' ... 'z'] = TC_START | TC_IDENT, ['A' ... 'Z'] = TC_START | TC_IDENT, ['_'] = TC_START | TC_IDENT,
    ['0' ... '9'] = TC_IDENT | TC_DIGIT, [128 ... 255] = TC_START | TC_IDENT,
};

static const char *const type_names[KW_END] = {
#define TOKEN(name, number, text) [number] = #name,
#include "core/compile/token.def"
};

static const char *const type_texts[KW_END] = {
#define TOKEN(name, number, text) [number] = text,
#define KEYWORD(name, text) [KW_##name] = text,
#include "core/compile/token.def"
};

const char *token_type_name(int type) {
    return type >= TOK_KEYWORDS && type < KW_END ? "NAME" : type < TOK_COUNT ? type_names[type] : NULL;
}

const char *token_type_text(int type) {
    return type < KW_END ? type_texts[type] : NULL;
}

void tokenizer_init(Tokenizer *tok, const char *text, size_t len) {
    memset(tok, 0, offsetof(Tokenizer, indents)); // the large arrays need no clearing
    tok->soft_error = false;
    tok->text = text;
    tok->len = (uint32_t)len;
    tok->at_bol = true;
    tok->indents[0] = tok->alt_indents[0] = 0;
    tok->level = 0;
    tok->fstring_top = 0;
    tok->done = TOK_DONE_OK;
    tok->buf_start = 0;
    tok->implicit_newline = false;
    tok->error = (SyntaxErrorInfo){0};
    tok->warn = NULL;
    tok->warn_ctx = NULL;
    tok->more = NULL;
    tok->more_ctx = NULL;
}

void tokenizer_free(Tokenizer *tok) {
    syntax_error_free(&tok->error);
}

bool tok_underflow(Tokenizer *tok) {
    if (tok->done != TOK_DONE_OK) return false;
    if (tok->inp >= tok->len) {
        if (!tok->more) {
            tok->done = TOK_DONE_EOF;
            return false;
        }
        if (!tok->in_token && !tok->fstring_top) tok->buf_start = tok->cur;
        int got = tok->more(tok, tok->more_ctx);
        if (got <= 0 || tok->inp >= tok->len) {
            tok->done = got < 0 ? TOK_DONE_ERROR : TOK_DONE_EOF;
            if (got < 0) tok->error.kind = SYNTAX_CALLBACK_ERROR;
            return false;
        }
    }
    if (!tok->in_token && !tok->fstring_top) tok->buf_start = tok->cur;
    const char *nl = memchr(tok->text + tok->cur, '\n', tok->len - tok->cur);
    tok->inp = nl ? (uint32_t)(nl + 1 - tok->text) : tok->len;
    tok->line_start = tok->cur;
    tok->lineno++;
    return true;
}

// Fills in a token that spans start..end of the text.
static void make(Tokenizer *tok, Token *out, int type, uint32_t start, uint32_t end) {
    out->type = (uint8_t)type;
    out->soft = 0;
    out->nonascii = false;
    out->level = (uint8_t)tok->level;
    out->start = start;
    out->end = end;
    bool string = type == TOK_STRING || type == TOK_FSTRING_MIDDLE || type == TOK_TSTRING_MIDDLE;
    out->lineno = string ? tok->first_lineno : tok->lineno;
    out->end_lineno = tok->lineno;
    uint32_t line = string ? tok->multi_line_start : tok->line_start;
    out->col = start >= line ? (int)(start - line) : -1;
    out->end_col = end >= tok->line_start ? (int)(end - tok->line_start) : -1;
}

void tok_make(Tokenizer *tok, Token *out, int type, uint32_t start, uint32_t end) {
    make(tok, out, type, start, end);
}

// Fills in a token without a place of its own.
static void make_empty(Tokenizer *tok, Token *out, int type) {
    make(tok, out, type, tok->cur, tok->cur);
    out->lineno = out->end_lineno = tok->lineno;
    out->col = out->end_col = -1;
}

void tok_make_error(Tokenizer *tok, Token *out) {
    make_empty(tok, out, TOK_ERRORTOKEN);
}

// After a backslash: eats the newline. False: out is the error token.
static bool continuation_line(Tokenizer *tok, Token *out) {
    int c = tok_next(tok);
    if (c == '\r') c = tok_next(tok);
    if (c != '\n') {
        tokenizer_error_at(tok, SYNTAX_ERROR, tok->lineno, (int)(tok->cur - tok->buf_start) - 1, tok->lineno, -1,
                           "unexpected character after line continuation character");
        tok_make_error(tok, out);
        return false;
    }
    c = tok_next(tok);
    if (c == TOK_EOF) {
        tok->cur = tok->inp;
        tok_error_eof(tok);
        tok_make_error(tok, out);
        return false;
    }
    tok_back(tok, c);
    return true;
}

static bool indent_error(Tokenizer *tok, Token *out) {
    tok->cur = tok->inp;
    tokenizer_error_at(tok, SYNTAX_TAB_ERROR, tok->lineno, 0, tok->lineno, -1,
                       "inconsistent use of tabs and spaces in indentation");
    tok_make_error(tok, out);
    return false;
}

// Measures the indentation of a line that begins; sets tok->pending. False: out is the error token.
static bool indentation(Tokenizer *tok, Token *out, bool *blank) {
    int col = 0, alt = 0, cont_col = 0, cont_alt = 0, c;
    tok->at_bol = false;
    for (;;) {
        c = tok_next(tok);
        if (c == ' ') {
            col++;
            alt++;
        } else if (c == '\t') {
            col = (col / 8 + 1) * 8;
            alt = alt + 1;
        } else if (c == '\014') {
            col = alt = 0;
        } else if (c == '\\') {
            // The first backslash fixes the indentation of what follows.
            if (!cont_col) {
                cont_col = col;
                cont_alt = alt;
            }
            if (!continuation_line(tok, out)) return false;
        } else {
            break;
        }
    }
    tok_back(tok, c);
    if (c == '#' || c == '\n' || c == '\r') {
        *blank = true;
        return true;
    }
    if (tok->level) return true;
    if (cont_col) {
        col = cont_col;
        alt = cont_alt;
    }
    if (col == tok->indents[tok->indent]) {
        if (alt != tok->alt_indents[tok->indent]) return indent_error(tok, out);
    } else if (col > tok->indents[tok->indent]) {
        if (tok->indent + 1 >= TOK_MAX_INDENT) {
            tok->cur = tok->inp;
            tokenizer_error_at(tok, SYNTAX_INDENTATION_ERROR, tok->lineno, 0, tok->lineno, -1,
                               "too many levels of indentation");
            tok_make_error(tok, out);
            return false;
        }
        if (alt <= tok->alt_indents[tok->indent]) return indent_error(tok, out);
        tok->pending++;
        tok->indent++;
        tok->indents[tok->indent] = col;
        tok->alt_indents[tok->indent] = alt;
    } else {
        while (tok->indent > 0 && col < tok->indents[tok->indent]) {
            tok->pending--;
            tok->indent--;
        }
        if (col != tok->indents[tok->indent]) {
            tok->cur = tok->inp;
            tok_error_dedent(tok);
            tok_make_error(tok, out);
            return false;
        }
        if (alt != tok->alt_indents[tok->indent]) return indent_error(tok, out);
    }
    return true;
}

// True if the text goes on with word and the word ends there.
static bool lookahead(Tokenizer *tok, const char *word) {
    size_t n = strlen(word);
    const char *s = tok->text + tok->cur;
    if (tok->inp - tok->cur < n || memcmp(s, word, n) != 0) return false;
    return tok->inp - tok->cur == n || !(tok_class[(unsigned char)s[n]] & TC_IDENT);
}

// Looks at the character c that follows a number. False: an error is set.
static bool number_end(Tokenizer *tok, int c, const char *kind) {
    bool word = false;
    if (tok->extra_tokens) return true; // tokenize.py wants tokens, not complaints
    switch (c) {
    case 'a': word = lookahead(tok, "nd"); break;
    case 'e': word = lookahead(tok, "lse"); break;
    case 'f': word = lookahead(tok, "or"); break;
    case 'i': {
        int next = tok->cur < tok->inp ? tok->text[tok->cur] : 0;
        word = next == 'f' || next == 'n' || next == 's';
        break;
    }
    case 'o': word = lookahead(tok, "r"); break;
    case 'n': word = lookahead(tok, "ot"); break;
    default: break;
    }
    if (word) {
        tok_back(tok, c);
        bool ok = tok_warn(tok, "invalid %s literal", kind);
        tok_next(tok);
        return ok;
    }
    if (c != TOK_EOF && c < 128 && (tok_class[c] & TC_IDENT)) {
        tok_back(tok, c);
        tok_error(tok, "invalid %s literal", kind);
        return false;
    }
    return true;
}

// Reads the digits and underscores after a first digit. return the character after them, or TOK_BAD.
static int decimal_tail(Tokenizer *tok) {
    for (;;) {
        int c;
        do c = tok_next(tok);
        while (tok_is_digit(c));
        if (c != '_') return c;
        c = tok_next(tok);
        if (!tok_is_digit(c)) {
            tok_back(tok, c);
            tok_error(tok, "invalid decimal literal");
            return TOK_BAD;
        }
    }
}

static bool is_hex(int c) {
    return tok_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Reads what follows 0x, 0o or 0b. False: an error is set.
static bool radix_number(Tokenizer *tok, int base, const char *kind) {
    int c = tok_next(tok);
    do {
        if (c == '_') c = tok_next(tok);
        bool ok = base == 16 ? is_hex(c) : c >= '0' && c < '0' + base;
        if (!ok) {
            if (base != 16 && tok_is_digit(c)) {
                tok_error(tok, "invalid digit '%c' in %s literal", c, kind);
                return false;
            }
            tok_back(tok, c);
            tok_error(tok, "invalid %s literal", kind);
            return false;
        }
        do c = tok_next(tok);
        while (base == 16 ? is_hex(c) : c >= '0' && c < '0' + base);
    } while (c == '_');
    if (base != 16 && tok_is_digit(c)) {
        tok_error(tok, "invalid digit '%c' in %s literal", c, kind);
        return false;
    }
    if (!number_end(tok, c, kind)) return false;
    tok_back(tok, c);
    return true;
}

// Reads the exponent whose 'e' was just read. return the character after it; TOK_BAD: error; TOK_STOP: no exponent,
// the number ended before the 'e'.
static int exponent(Tokenizer *tok, int e) {
    int c = tok_next(tok);
    if (c == '+' || c == '-') {
        c = tok_next(tok);
        if (!tok_is_digit(c)) {
            tok_back(tok, c);
            tok_error(tok, "invalid decimal literal");
            return TOK_BAD;
        }
    } else if (!tok_is_digit(c)) {
        tok_back(tok, c);
        if (!number_end(tok, e, "decimal")) return TOK_BAD;
        tok_back(tok, e);
        return TOK_STOP;
    }
    return decimal_tail(tok);
}

// Goes on after the integer digits of a decimal number; c is the character after them. False: error.
static bool number_rest(Tokenizer *tok, int c) {
    if (c == '.') {
        c = tok_next(tok);
        if (tok_is_digit(c)) c = decimal_tail(tok);
        if (c == TOK_BAD) return false;
    }
    if (c == 'e' || c == 'E') {
        c = exponent(tok, c);
        if (c == TOK_BAD) return false;
        if (c == TOK_STOP) return true;
    }
    if (c == 'j' || c == 'J') {
        c = tok_next(tok);
        if (!number_end(tok, c, "imaginary")) return false;
    } else if (!number_end(tok, c, "decimal")) {
        return false;
    }
    tok_back(tok, c);
    return true;
}

// Reads a number that begins with digit c (or '.', already known to have a digit after it). False: error.
static bool number(Tokenizer *tok, int c) {
    if (c == '.') {
        tok_back(tok, c);
        return number_rest(tok, tok_next(tok));
    }
    if (c != '0') {
        c = decimal_tail(tok);
        return c != TOK_BAD && number_rest(tok, c);
    }
    c = tok_next(tok);
    if (c == 'x' || c == 'X') return radix_number(tok, 16, "hexadecimal");
    if (c == 'o' || c == 'O') return radix_number(tok, 8, "octal");
    if (c == 'b' || c == 'B') return radix_number(tok, 2, "binary");
    bool nonzero = false;
    for (;;) {
        if (c == '_') {
            c = tok_next(tok);
            if (!tok_is_digit(c)) {
                tok_back(tok, c);
                tok_error(tok, "invalid decimal literal");
                return false;
            }
        }
        if (c != '0') break;
        c = tok_next(tok);
    }
    uint32_t zeros_end = tok->cur;
    if (tok_is_digit(c)) {
        nonzero = true;
        c = decimal_tail(tok);
        if (c == TOK_BAD) return false;
    }
    if (c == '.' || c == 'e' || c == 'E' || c == 'j' || c == 'J' || !nonzero || tok->extra_tokens)
        return number_rest(tok, c);
    tok_back(tok, c);
    tok_error_range(tok, tok->start + 1 - tok->line_start, zeros_end - tok->line_start,
                    "leading zeros in decimal integer literals are not permitted; "
                    "use an 0o prefix for octal integers");
    return false;
}

// Hard keywords and soft ones by length and text.
static int keyword(const char *s, size_t n, uint8_t *soft) {
#define IS(word, result) \
    if (memcmp(s, word, sizeof word - 1) == 0) return result;
#define SOFT(word, result) \
    if (memcmp(s, word, sizeof word - 1) == 0) *soft = result;
    switch (n) {
    case 1:
        if (*s == '_') *soft = SOFT_UNDERSCORE;
        break;
    case 2:
        switch (*s) {
        case 'a': IS("as", KW_AS); break;
        case 'i': IS("if", KW_IF); IS("in", KW_IN); IS("is", KW_IS); break;
        case 'o': IS("or", KW_OR); break;
        default: break;
        }
        break;
    case 3:
        switch (*s) {
        case 'a': IS("and", KW_AND); break;
        case 'd': IS("def", KW_DEF); IS("del", KW_DEL); break;
        case 'f': IS("for", KW_FOR); break;
        case 'n': IS("not", KW_NOT); break;
        case 't': IS("try", KW_TRY); break;
        default: break;
        }
        break;
    case 4:
        switch (*s) {
        case 'F': break;
        case 'N': IS("None", KW_NONE); break;
        case 'T': IS("True", KW_TRUE); break;
        case 'c': SOFT("case", SOFT_CASE); break;
        case 'e': IS("else", KW_ELSE); IS("elif", KW_ELIF); break;
        case 'f': IS("from", KW_FROM); break;
        case 'p': IS("pass", KW_PASS); break;
        case 't': SOFT("type", SOFT_TYPE); break;
        case 'w': IS("with", KW_WITH); break;
        default: break;
        }
        break;
    case 5:
        switch (*s) {
        case 'F': IS("False", KW_FALSE); break;
        case 'a': IS("async", KW_ASYNC); IS("await", KW_AWAIT); break;
        case 'b': IS("break", KW_BREAK); break;
        case 'c': IS("class", KW_CLASS); break;
        case 'm': SOFT("match", SOFT_MATCH); break;
        case 'r': IS("raise", KW_RAISE); break;
        case 'w': IS("while", KW_WHILE); break;
        case 'y': IS("yield", KW_YIELD); break;
        default: break;
        }
        break;
    case 6:
        switch (*s) {
        case 'a': IS("assert", KW_ASSERT); break;
        case 'e': IS("except", KW_EXCEPT); break;
        case 'g': IS("global", KW_GLOBAL); break;
        case 'i': IS("import", KW_IMPORT); break;
        case 'l': IS("lambda", KW_LAMBDA); break;
        case 'r': IS("return", KW_RETURN); break;
        default: break;
        }
        break;
    case 7: IS("finally", KW_FINALLY); break;
    case 8: IS("continue", KW_CONTINUE); IS("nonlocal", KW_NONLOCAL); break;
    default: break;
    }
    return TOK_NAME;
#undef IS
#undef SOFT
}

// Reads a name, or a string if the letters are a string's prefix.
static void name_or_string(Tokenizer *tok, Token *out, int c) {
    bool b = false, r = false, u = false, f = false, t = false;
    for (;;) {
        int low = c | 0x20;
        if (!b && low == 'b') b = true;
        else if (!u && low == 'u') u = true;
        else if (!r && low == 'r') r = true;
        else if (!f && low == 'f') f = true;
        else if (!t && low == 't') t = true;
        else break;
        c = tok_next(tok);
        if (c == '"' || c == '\'') {
            const char *first = NULL, *second = NULL;
            if (u && b) first = "u", second = "b";
            else if (u && r) first = "u", second = "r";
            else if (u && f) first = "u", second = "f";
            else if (u && t) first = "u", second = "t";
            else if (b && f) first = "b", second = "f";
            else if (b && t) first = "b", second = "t";
            else if (f && t) first = "f", second = "t";
            if (first) {
                tok_error_range(tok, tok->start + 1 - tok->line_start, tok->cur - tok->line_start,
                                "'%s' and '%s' prefixes are incompatible", first, second);
                tok_make_error(tok, out);
            } else if (f || t) {
                tok_fstring_begin(tok, out, c, r, t ? 't' : 'f');
            } else {
                tok_string(tok, out, c);
            }
            return;
        }
    }
    // The rest of the name lies in this line.
    const char *s = tok->text;
    bool nonascii = false;
    if (c != TOK_EOF) {
        tok_back(tok, c);
        uint32_t i = tok->cur, end = tok->inp;
        while (i < end && (tok_class[(unsigned char)s[i]] & TC_IDENT)) {
            nonascii |= (unsigned char)s[i] >= 128;
            i++;
        }
        tok->cur = i;
        if (i == end) tok_back(tok, tok_next(tok)); // notes the end of the text
    }
    if (nonascii && !tok->extra_tokens && !tok_verify_identifier(tok)) {
        tok_make_error(tok, out);
        return;
    }
    uint8_t soft = 0;
    int type = nonascii ? TOK_NAME : keyword(tok->text + tok->start, tok->cur - tok->start, &soft);
    make(tok, out, type, tok->start, tok->cur);
    out->soft = soft;
    out->nonascii = nonascii;
}

static int two_chars(int a, int b) {
    switch (a) {
    case '!': return b == '=' ? TOK_NOTEQUAL : TOK_OP;
    case '%': return b == '=' ? TOK_PERCENTEQUAL : TOK_OP;
    case '&': return b == '=' ? TOK_AMPEREQUAL : TOK_OP;
    case '*': return b == '=' ? TOK_STAREQUAL : b == '*' ? TOK_DOUBLESTAR : TOK_OP;
    case '+': return b == '=' ? TOK_PLUSEQUAL : TOK_OP;
    case '-': return b == '=' ? TOK_MINEQUAL : b == '>' ? TOK_RARROW : TOK_OP;
    case '/': return b == '=' ? TOK_SLASHEQUAL : b == '/' ? TOK_DOUBLESLASH : TOK_OP;
    case ':': return b == '=' ? TOK_COLONEQUAL : TOK_OP;
    case '<': return b == '=' ? TOK_LESSEQUAL : b == '<' ? TOK_LEFTSHIFT : TOK_OP;
    case '=': return b == '=' ? TOK_EQEQUAL : TOK_OP;
    case '>': return b == '=' ? TOK_GREATEREQUAL : b == '>' ? TOK_RIGHTSHIFT : TOK_OP;
    case '@': return b == '=' ? TOK_ATEQUAL : TOK_OP;
    case '^': return b == '=' ? TOK_CIRCUMFLEXEQUAL : TOK_OP;
    case '|': return b == '=' ? TOK_VBAREQUAL : TOK_OP;
    default: return TOK_OP;
    }
}

static int three_chars(int two, int c) {
    if (c != '=') return TOK_OP;
    switch (two) {
    case TOK_DOUBLESTAR: return TOK_DOUBLESTAREQUAL;
    case TOK_DOUBLESLASH: return TOK_DOUBLESLASHEQUAL;
    case TOK_LEFTSHIFT: return TOK_LEFTSHIFTEQUAL;
    case TOK_RIGHTSHIFT: return TOK_RIGHTSHIFTEQUAL;
    default: return TOK_OP;
    }
}

static const uint8_t one_char[128] = {
    ['!'] = TOK_EXCLAMATION, ['%'] = TOK_PERCENT, ['&'] = TOK_AMPER, ['('] = TOK_LPAR,
    [')'] = TOK_RPAR, ['*'] = TOK_STAR, ['+'] = TOK_PLUS, [','] = TOK_COMMA, ['-'] = TOK_MINUS, ['.'] = TOK_DOT,
    ['/'] = TOK_SLASH, [':'] = TOK_COLON, [';'] = TOK_SEMI, ['<'] = TOK_LESS, ['='] = TOK_EQUAL,
    ['>'] = TOK_GREATER, ['@'] = TOK_AT, ['['] = TOK_LSQB, [']'] = TOK_RSQB, ['^'] = TOK_CIRCUMFLEX,
    ['{'] = TOK_LBRACE, ['|'] = TOK_VBAR, ['}'] = TOK_RBRACE, ['~'] = TOK_TILDE,
};

static bool open_bracket(Tokenizer *tok, int c) {
    if (tok->level >= TOK_MAX_LEVEL) {
        tok_error(tok, "too many nested parentheses");
        return false;
    }
    tok->parens[tok->level] = (char)c;
    tok->paren_lines[tok->level] = tok->lineno;
    tok->paren_cols[tok->level] = (int)(tok->start - tok->line_start);
    tok->level++;
    if (tok->fstring_top) tok->fstrings[tok->fstring_top].curly_depth++;
    return true;
}

static bool close_bracket(Tokenizer *tok, int c) {
    TokMode *mode = tok->fstring_top ? &tok->fstrings[tok->fstring_top] : NULL;
    if (mode && !mode->curly_depth && c == '}') {
        tok_error(tok, "%c-string: single '}' is not allowed", mode->prefix);
        return false;
    }
    if (!tok->extra_tokens && !tok->level) {
        tok_error(tok, "unmatched '%c'", c);
        return false;
    }
    if (tok->level > 0) {
        tok->level--;
        int opening = tok->parens[tok->level];
        bool match = (opening == '(' && c == ')') || (opening == '[' && c == ']') || (opening == '{' && c == '}');
        if (!tok->extra_tokens && !match) {
            // A bracket that the replacement field itself opened belongs to the f-string.
            if (mode && opening == '{' && mode->curly_depth - 1 == mode->curly_expr_depth) {
                tok_error(tok, "%c-string: unmatched '%c'", mode->prefix, c);
            } else if (tok->paren_lines[tok->level] != tok->lineno) {
                tok_error(tok, "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c,
                          opening, tok->paren_lines[tok->level]);
            } else {
                tok_error(tok, "closing parenthesis '%c' does not match opening parenthesis '%c'", c, opening);
            }
            return false;
        }
    }
    if (mode) {
        mode->curly_depth--;
        if (mode->curly_depth < 0) {
            tok_error(tok, "%c-string: unmatched '%c'", mode->prefix, c);
            return false;
        }
        if (c == '}' && mode->curly_depth == mode->curly_expr_depth) {
            mode->curly_expr_depth--;
            mode->in_expr = false;
            mode->in_format_spec = false;
        }
    }
    return true;
}

// An operator, or a character that begins no token.
static void operator_token(Tokenizer *tok, Token *out, int c) {
    TokMode *mode = tok->fstring_top ? &tok->fstrings[tok->fstring_top] : NULL;
    if (c == ':' && mode && mode->curly_expr_depth >= 0 && mode->curly_depth - 1 == mode->curly_expr_depth) {
        mode->in_expr = false;
        mode->in_format_spec = true;
        make(tok, out, TOK_COLON, tok->start, tok->cur);
        return;
    }
    int c2 = tok_next(tok);
    int type = c == '<' && c2 == '>' && tok->angle_not_equal ? TOK_NOTEQUAL : two_chars(c, c2);
    if (type != TOK_OP) {
        int c3 = tok_next(tok);
        int type3 = three_chars(type, c3);
        if (type3 != TOK_OP) type = type3;
        else tok_back(tok, c3);
        make(tok, out, type, tok->start, tok->cur);
        return;
    }
    tok_back(tok, c2);
    bool ok = true;
    if (c == '(' || c == '[' || c == '{') ok = open_bracket(tok, c);
    else if (c == ')' || c == ']' || c == '}') ok = close_bracket(tok, c);
    else if (c < 32 || c == 127) {
        tok_error(tok, "invalid non-printable character U+%04X", c);
        ok = false;
    }
    if (!ok) {
        tok_make_error(tok, out);
        return;
    }
    make(tok, out, c < 128 && one_char[c] ? one_char[c] : TOK_OP, tok->start, tok->cur);
}

// Reads a comment whose '#' was read. True: out is a token; the character after the comment is unread either way.
static bool comment(Tokenizer *tok, Token *out, bool blank) {
    const char *s = tok->text;
    uint32_t i = tok->cur;
    while (i < tok->inp && s[i] != '\n' && (s[i] != '\r')) i++;
    tok->cur = i;
    if (i == tok->inp) tok_back(tok, tok_next(tok));
    s = tok->text;
    if (tok->extra_tokens) {
        tok->comment_alone = blank;
        make(tok, out, TOK_COMMENT, tok->start, tok->cur);
        return true;
    }
    if (!tok->type_comments) return false;
    uint32_t p = tok->start + 1;
    while (p < tok->cur && (s[p] == ' ' || s[p] == '\t')) p++;
    if (tok->cur - p < 5 || memcmp(s + p, "type:", 5) != 0) return false;
    p += 5;
    while (p < tok->cur && (s[p] == ' ' || s[p] == '\t')) p++;
    uint32_t after = p + 6;
    bool ignore = tok->cur >= after && memcmp(s + p, "ignore", 6) == 0 &&
                  !(tok->cur > after && (tok_class[(unsigned char)s[after]] & TC_IDENT) && s[after] != '_');
    if (!ignore) {
        make(tok, out, TOK_TYPE_COMMENT, p, tok->cur);
        return true;
    }
    make(tok, out, TOK_TYPE_IGNORE, after, tok->cur);
    if (blank) {
        // Alone on its line: the newline goes with it.
        tok_next(tok);
        tok->at_bol = true;
    }
    return true;
}

static void next_normal(Tokenizer *tok, Token *out) {
    bool blank = false;
    int c;
next_line:
    tok->in_token = false;
    blank = false;
    if (tok->at_bol && !indentation(tok, out, &blank)) return;
    tok->start = tok->cur;
    if (tok->pending) {
        if (tok->pending < 0) {
            tok->pending++;
            make_empty(tok, out, TOK_DEDENT);
            if (tok->extra_tokens) make(tok, out, TOK_DEDENT, tok->cur, tok->cur);
        } else {
            tok->pending--;
            make_empty(tok, out, TOK_INDENT);
            if (tok->extra_tokens) make(tok, out, TOK_INDENT, tok->line_start, tok->cur);
        }
        return;
    }
again:
    tok->in_token = false;
    do c = tok_next(tok);
    while (c == ' ' || c == '\t' || c == '\014');
    tok->start = c == TOK_EOF ? tok->cur : tok->cur - 1;
    tok->in_token = true;
    if (c == '#') {
        if (comment(tok, out, blank)) return;
        c = tok_next(tok);
    }
    if (c == TOK_EOF) {
        if (tok->done == TOK_DONE_ERROR) {
            tok_make_error(tok, out);
        } else if (tok->level) {
            if (!tok->extra_tokens) tokenizer_unclosed_error(tok);
            tok_make_error(tok, out);
        } else {
            make_empty(tok, out, TOK_ENDMARKER);
        }
        return;
    }
    if (tok_class[c] & TC_START) {
        name_or_string(tok, out, c);
        return;
    }
    if (c == '\r') c = tok_next(tok); // only lines fed one by one have it
    if (c == '\n') {
        tok->at_bol = true;
        if (blank || tok->level > 0) {
            tok->comment_alone = false;
            if (tok->extra_tokens) {
                make(tok, out, TOK_NL, tok->start, tok->cur);
                return;
            }
            goto next_line;
        }
        if (tok->comment_alone && tok->extra_tokens) {
            tok->comment_alone = false;
            make(tok, out, TOK_NL, tok->start, tok->cur);
            return;
        }
        tok->cont_line = false;
        make(tok, out, TOK_NEWLINE, tok->start, tok->cur);
        return;
    }
    if (c == '.') {
        c = tok_next(tok);
        if (tok_is_digit(c)) {
            tok_back(tok, c);
            if (number(tok, '.')) make(tok, out, TOK_NUMBER, tok->start, tok->cur);
            else tok_make_error(tok, out);
            return;
        }
        if (c == '.') {
            c = tok_next(tok);
            if (c == '.') {
                make(tok, out, TOK_ELLIPSIS, tok->start, tok->cur);
                return;
            }
            tok_back(tok, c);
            tok_back(tok, '.');
        } else {
            tok_back(tok, c);
        }
        make(tok, out, TOK_DOT, tok->start, tok->cur);
        return;
    }
    if (tok_is_digit(c)) {
        if (number(tok, c)) make(tok, out, TOK_NUMBER, tok->start, tok->cur);
        else tok_make_error(tok, out);
        return;
    }
    if (c == '"' || c == '\'') {
        tok_string(tok, out, c);
        return;
    }
    if (c == '\\') {
        if (!continuation_line(tok, out)) return;
        tok->cont_line = true;
        goto again;
    }
    operator_token(tok, out, c);
}

void tokenizer_next(Tokenizer *tok, Token *out) {
    if (tok->done == TOK_DONE_ERROR || tok->error.kind != SYNTAX_OK) {
        tok_make_error(tok, out);
        return;
    }
    if (tok->fstring_top && !tok->fstrings[tok->fstring_top].in_expr) tok_fstring(tok, out);
    else next_normal(tok, out);
}

void tok_normal(Tokenizer *tok, Token *out) {
    next_normal(tok, out);
}
