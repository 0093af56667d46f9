// SPDX-License-Identifier: MIT
// Tokenizer: string literals, and the text parts of f-strings and t-strings.
#include "core/compile/tokenizer_int.h"

void tok_string(Tokenizer *tok, Token *out, int quote) {
    int quote_size = 1, end_size = 0;
    bool escaped_quote = false;
    tok->first_lineno = tok->lineno;
    tok->multi_line_start = tok->line_start;
    int c = tok_next(tok);
    if (c == quote) {
        c = tok_next(tok);
        if (c == quote) quote_size = 3;
        else end_size = 1; // empty string
    }
    if (c != quote) tok_back(tok, c);
    while (end_size != quote_size) {
        c = tok_next(tok);
        if (tok->done == TOK_DONE_ERROR) {
            tok_make_error(tok, out);
            return;
        }
        if (c == TOK_EOF || (quote_size == 1 && c == '\n')) {
            int detected = tok->lineno;
            tok->cur = tok->start + 1;
            tok->line_start = tok->multi_line_start;
            tok->lineno = tok->first_lineno;
            TokMode *mode = tok->fstring_top ? &tok->fstrings[tok->fstring_top] : NULL;
            // This quote was meant to end the f-string around it.
            if (mode && mode->quote == quote && mode->quote_size == quote_size) {
                tok_error(tok, "%c-string: expecting '}'", mode->prefix);
                tok_make_error(tok, out);
                return;
            }
            if (quote_size == 3) {
                tok_error(tok, "unterminated triple-quoted string literal (detected at line %d)", detected);
                if (c != '\n') tok->done = TOK_DONE_EOF_TRIPLE;
            } else {
                tok_error(tok, "unterminated string literal (detected at line %d)%s", detected,
                          escaped_quote ? "; perhaps you escaped the end quote?" : "");
                if (c != '\n') tok->done = TOK_DONE_EOL;
            }
            tok_make_error(tok, out);
            return;
        }
        if (c == quote) {
            end_size++;
            continue;
        }
        end_size = 0;
        if (c == '\\') {
            c = tok_next(tok);
            if (c == quote) escaped_quote = true;
            if (c == '\r') tok_next(tok);
        }
    }
    tok_make(tok, out, TOK_STRING, tok->start, tok->cur);
}

void tok_fstring_begin(Tokenizer *tok, Token *out, int quote, bool raw, char prefix) {
    int quote_size = 1;
    tok->first_lineno = tok->lineno;
    tok->multi_line_start = tok->line_start;
    int c = tok_next(tok);
    if (c == quote) {
        int after = tok_next(tok);
        if (after == quote) {
            quote_size = 3;
        } else {
            // An empty one: its closing quote is read as FSTRING_END.
            tok_back(tok, after);
            tok_back(tok, c);
        }
    } else {
        tok_back(tok, c);
    }
    if (tok->fstring_top + 1 >= TOK_MAX_FSTRING) {
        tok_error(tok, "too many nested f-strings or t-strings");
        tok_make_error(tok, out);
        return;
    }
    TokMode *mode = &tok->fstrings[++tok->fstring_top];
    *mode = (TokMode){
        .raw = raw,
        .quote = (char)quote,
        .quote_size = (uint8_t)quote_size,
        .prefix = prefix,
        .curly_expr_depth = -1,
        .start = tok->start,
        .line_start = tok->line_start,
        .first_line = tok->lineno,
    };
    tok_make(tok, out, prefix == 't' ? TOK_TSTRING_START : TOK_FSTRING_START, tok->start, tok->cur);
}

// Hands out text start..end of the string.
static void middle(Tokenizer *tok, TokMode *mode, Token *out, uint32_t end) {
    tok_make(tok, out, mode->prefix == 't' ? TOK_TSTRING_MIDDLE : TOK_FSTRING_MIDDLE, tok->start, end);
    // The second brace of a pair is no text, but belongs to the token's place.
    out->end_col = (int)(tok->cur - tok->line_start);
}

static void unterminated(Tokenizer *tok, TokMode *mode, Token *out, int c) {
    int detected = tok->lineno;
    tok->cur = mode->start + 1;
    tok->line_start = mode->line_start;
    tok->lineno = mode->first_line;
    if (mode->quote_size == 3) {
        tok_error(tok, "unterminated triple-quoted %c-string literal (detected at line %d)", mode->prefix, detected);
        if (c != '\n') tok->done = TOK_DONE_EOF_TRIPLE;
    } else {
        tok_error(tok, "unterminated %c-string literal (detected at line %d)", mode->prefix, detected);
    }
    tok_make_error(tok, out);
}

// Enters the replacement field whose '{' is next. False: nested too deep.
static bool enter_field(Tokenizer *tok, TokMode *mode, Token *out) {
    mode->curly_expr_depth++;
    if (mode->curly_expr_depth >= 3) {
        tok_error(tok, "%c-string: expressions nested too deeply", mode->prefix);
        tok_make_error(tok, out);
        return false;
    }
    mode->in_expr = true;
    return true;
}

void tok_fstring(Tokenizer *tok, Token *out) {
    TokMode *mode = &tok->fstrings[tok->fstring_top];
    int end_size = 0;
    bool unicode_escape = false;
    tok->in_token = false;
    tok->start = tok->cur;
    tok->first_lineno = tok->lineno;
    int c = tok_next(tok);
    if (c != TOK_EOF) tok->start = tok->cur - 1;
    tok->first_lineno = tok->lineno;
    tok->in_token = true;
    if (c == '{') {
        int peek = tok_next(tok);
        tok_back(tok, peek);
        tok_back(tok, c);
        if (peek != '{') {
            if (enter_field(tok, mode, out)) tok_normal(tok, out);
            return;
        }
    } else {
        tok_back(tok, c);
    }
    // At the closing quotes?
    int i;
    for (i = 0; i < mode->quote_size; i++) {
        c = tok_next(tok);
        if (c != mode->quote) {
            tok_back(tok, c);
            break;
        }
    }
    if (i == mode->quote_size) {
        tok_make(tok, out, mode->prefix == 't' ? TOK_TSTRING_END : TOK_FSTRING_END, tok->start, tok->cur);
        tok->fstring_top--;
        return;
    }
    tok->cur = tok->start; // quotes that are too few are text
    tok->multi_line_start = tok->line_start;
    while (end_size != mode->quote_size) {
        c = tok_next(tok);
        if (tok->done == TOK_DONE_ERROR) {
            tok_make_error(tok, out);
            return;
        }
        bool in_spec = mode->in_format_spec && mode->curly_expr_depth >= 0;
        if (c == TOK_EOF || (mode->quote_size == 1 && c == '\n')) {
            if (in_spec && c == '\n') {
                tok_error(tok,
                          "%c-string: newlines are not allowed in format specifiers for single quoted %c-strings",
                          mode->prefix, mode->prefix);
                tok_make_error(tok, out);
                return;
            }
            unterminated(tok, mode, out, c);
            return;
        }
        if (c == mode->quote) {
            end_size++;
            continue;
        }
        end_size = 0;
        if (c == '{') {
            int peek = tok_next(tok);
            if (peek != '{' || in_spec) {
                tok_back(tok, peek);
                tok_back(tok, c);
                if (enter_field(tok, mode, out)) middle(tok, mode, out, tok->cur);
            } else {
                middle(tok, mode, out, tok->cur - 1);
            }
            return;
        }
        if (c == '}') {
            if (unicode_escape) {
                middle(tok, mode, out, tok->cur);
                return;
            }
            int peek = tok_next(tok);
            if (peek == '}' && !in_spec && mode->curly_depth == 0) {
                middle(tok, mode, out, tok->cur - 1);
            } else {
                tok_back(tok, peek);
                tok_back(tok, c);
                mode->in_expr = true;
                middle(tok, mode, out, tok->cur);
            }
            return;
        }
        if (c == '\\') {
            int peek = tok_next(tok);
            if (peek == '\r') peek = tok_next(tok);
            if (peek == '{' || peek == '}') {
                if (!mode->raw && !tok_warn_escape(tok, peek)) {
                    tok_make_error(tok, out);
                    return;
                }
                tok_back(tok, peek);
                continue;
            }
            if (!mode->raw && peek == 'N') {
                peek = tok_next(tok);
                if (peek == '{') unicode_escape = true;
                else tok_back(tok, peek);
            } else if (peek == TOK_EOF) {
                continue;
            }
        }
    }
    tok->cur -= mode->quote_size; // the quotes are the next token
    middle(tok, mode, out, tok->cur);
}
