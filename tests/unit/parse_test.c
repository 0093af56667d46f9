// SPDX-License-Identifier: MIT
// Unit tests of the tokenizer and parser. The comparison with another implementation, file by file and
// mistake by mistake, is tests/tools/ast_oracle.py.
#include "core/compile/ast_dump.h"
#include "core/compile/parser.h"
#include "core/compile/token_iter.h"
#include "tests/unit/unit.h"

static int count_warnings(void *ctx, const char *message, int lineno) {
    int *state = ctx;
    (void)message;
    (void)lineno;
    state[0]++;
    return state[1];
}

// The dump of a tree, or "Class: message (line, offset, end line, end offset)". Free it.
static char *outcome(const char *text, ParseMode mode, unsigned flags, int *warnings) {
    AstArena arena;
    SyntaxErrorInfo error;
    ParseOptions options = {.mode = mode, .flags = flags, .int_max_str_digits = 4300,
                            .warn = warnings ? count_warnings : NULL, .warn_ctx = warnings};
    char *out = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&out, &n);
    ast_arena_init(&arena);
    AstMod *mod = parse_source(&arena, text, strlen(text), &options, &error);
    if (mod) {
        ast_dump(f, mod, false);
    } else {
        fprintf(f, "%s: %s (%d, %d, %d, %d)", syntax_error_class(error.kind), error.message, error.lineno,
                error.offset, error.end_lineno, error.end_offset);
        syntax_error_free(&error);
    }
    fclose(f);
    ast_arena_free(&arena);
    return out;
}

#define EXPECT_MODE(text, mode, flags, want)                \
    do {                                                    \
        char *got_ = outcome((text), (mode), (flags), NULL); \
        ASSERT_STR_EQ(got_, (want));                        \
        free(got_);                                         \
    } while (0)
#define EXPECT(text, want) EXPECT_MODE(text, PARSE_EXEC, 0, want)

TEST(parse_expressions) {
    EXPECT_MODE("-1 ** 2", PARSE_EVAL, 0,
                "Expression(body=UnaryOp(op=USub(), operand=BinOp(left=Constant(value=1), op=Pow(), "
                "right=Constant(value=2))))");
    EXPECT_MODE("a if b else c", PARSE_EVAL, 0,
                "Expression(body=IfExp(test=Name(id='b', ctx=Load()), body=Name(id='a', ctx=Load()), "
                "orelse=Name(id='c', ctx=Load())))");
    EXPECT_MODE("1_000 + 0xff + 9223372036854775808", PARSE_EVAL, 0,
                "Expression(body=BinOp(left=BinOp(left=Constant(value=1000), op=Add(), right=Constant(value=255)), "
                "op=Add(), right=Constant(value=9223372036854775808)))");
    EXPECT_MODE("'\\ud800' b''", PARSE_EVAL, 0,
                "SyntaxError: cannot mix bytes and nonbytes literals (1, 12, 1, -1)");
    EXPECT_MODE("not a is not b", PARSE_EVAL, 0,
                "Expression(body=UnaryOp(op=Not(), operand=Compare(left=Name(id='a', ctx=Load()), ops=[IsNot()], "
                "comparators=[Name(id='b', ctx=Load())])))");
}

TEST(parse_fstrings) {
    EXPECT_MODE("f'a{x!r:>{w}}' 'b'", PARSE_EVAL, 0,
                "Expression(body=JoinedStr(values=[Constant(value='a'), FormattedValue(value=Name(id='x', ctx=Load()), "
                "conversion=114, format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(value=Name(id='w', "
                "ctx=Load()), conversion=-1)])), Constant(value='b')]))");
    EXPECT_MODE("f'{x = }'", PARSE_EVAL, 0,
                "Expression(body=JoinedStr(values=[Constant(value='x = '), FormattedValue(value=Name(id='x', "
                "ctx=Load()), conversion=114)]))");
    EXPECT_MODE("t'{ x }'", PARSE_EVAL, 0,
                "Expression(body=TemplateStr(values=[Interpolation(value=Name(id='x', ctx=Load()), str=' x ', "
                "conversion=-1)]))");
}

TEST(parse_statements) {
    EXPECT("x: int = 1\n", "Module(body=[AnnAssign(target=Name(id='x', ctx=Store()), annotation=Name(id='int', "
                           "ctx=Load()), value=Constant(value=1), simple=1)])");
    EXPECT("with (a as b, c): pass",
           "Module(body=[With(items=[withitem(context_expr=Name(id='a', ctx=Load()), optional_vars=Name(id='b', "
           "ctx=Store())), withitem(context_expr=Name(id='c', ctx=Load()))], body=[Pass()])])");
    EXPECT("try: pass\nexcept A, B: pass",
           "Module(body=[Try(body=[Pass()], handlers=[ExceptHandler(type=Tuple(elts=[Name(id='A', ctx=Load()), "
           "Name(id='B', ctx=Load())], ctx=Load()), body=[Pass()])])])");
    EXPECT("type X[*T = *a] = T", "Module(body=[TypeAlias(name=Name(id='X', ctx=Store()), "
                                  "type_params=[TypeVarTuple(name='T', default_value=Starred(value=Name(id='a', "
                                  "ctx=Load()), ctx=Load()))], value=Name(id='T', ctx=Load()))])");
    EXPECT("match = 1", "Module(body=[Assign(targets=[Name(id='match', ctx=Store())], value=Constant(value=1))])");
}

TEST(parse_mistakes) {
    EXPECT("f(a b)", "SyntaxError: invalid syntax. Perhaps you forgot a comma? (1, 3, 1, 6)");
    EXPECT("if x = 1: pass",
           "SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='? (1, 4, 1, 9)");
    EXPECT("f() = 1",
           "SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='? (1, 1, 1, 4)");
    EXPECT("def f():\npass",
           "IndentationError: expected an indented block after function definition on line 1 (2, 1, 2, 5)");
    EXPECT("(\n", "SyntaxError: '(' was never closed (1, 1, 1, 0)");
    EXPECT("if 1:\n\tx\n        y",
           "TabError: inconsistent use of tabs and spaces in indentation (3, 1, 3, 0)");
    EXPECT("print 'x'",
           "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)? (1, 1, 1, 10)");
    EXPECT("x = '\xc3\xa9' $", "SyntaxError: invalid syntax (1, 9, 1, 10)");
}

TEST(parse_incomplete) {
    EXPECT_MODE("if x:", PARSE_SINGLE, PARSE_ALLOW_INCOMPLETE | PARSE_DONT_IMPLY_DEDENT,
                "_IncompleteInputError: incomplete input (1, 5, 1, -1)");
    EXPECT_MODE("if x $\n", PARSE_SINGLE, PARSE_ALLOW_INCOMPLETE | PARSE_DONT_IMPLY_DEDENT,
                "SyntaxError: invalid syntax (1, 6, 1, 7)");
    EXPECT_MODE("a\nb", PARSE_SINGLE, 0,
                "SyntaxError: multiple statements found while compiling a single statement (1, 2, 1, 3)");
}

TEST(parse_encodings) {
    EXPECT("# coding: latin-1\n'\xe9'", "Module(body=[Expr(value=Constant(value='\xc3\xa9'))])");
    EXPECT("\xef\xbb\xbfx", "Module(body=[Expr(value=Name(id='x', ctx=Load()))])");
    EXPECT("x = '\xff'", "SyntaxError: Non-UTF-8 code starting with '\\xff' on line 1, but no encoding declared; see "
                         "https://peps.python.org/pep-0263/ for details (1, 6, 1, 6)");
    EXPECT("# coding: nonsense\n", "SyntaxError: unknown encoding: nonsense (0, -1, 0, 0)");
}

TEST(parse_warnings_once) {
    int warnings[2] = {0, 0};
    free(outcome("with ('\\d' as a, '\\e'): pass\nmatch('\\d')\n", PARSE_EXEC, 0, warnings));
    ASSERT_EQ(warnings[0], 3);
    warnings[1] = 1;
    char *got = outcome("x = '\\d'", PARSE_EXEC, 0, warnings);
    ASSERT_STR_EQ(got, "SyntaxError: \"\\d\" is an invalid escape sequence. Did you mean \"\\\\d\"? A raw string is "
                       "also an option. (1, 6, 1, 8)");
    free(got);
}

// A text of n times piece, then end.
static char *repeat(const char *piece, int n, const char *end) {
    size_t len = strlen(piece);
    char *text = malloc(len * (size_t)n + strlen(end) + 1), *o = text;
    for (int i = 0; i < n; i++, o += len) memcpy(o, piece, len);
    strcpy(o, end);
    return text;
}

TEST(parse_nesting) {
    static const char *const pieces[] = {"-", "not ", "lambda:", "a if b else ", "{", "{1:", "(", "f(", "f'{", "a**"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (int n = 10; n < 100000; n *= 7) {
            char *text = repeat(pieces[i], n, "1 2");
            char *got = outcome(text, PARSE_EXEC, 0, NULL);
            ASSERT(strstr(got, "Error: "));
            free(got);
            free(text);
        }
    }
    char *text = repeat("-", 6000, "1");
    char *got = outcome(text, PARSE_EXEC, 0, NULL);
    ASSERT_STR_EQ(got, "MemoryError: Parser stack overflowed - Python source too complex to parse (0, 0, 0, 0)");
    free(got);
    free(text);
}

static int one_line(void *ctx, const char **line, size_t *len) {
    const char **next = ctx;
    if (!**next) return 0;
    *line = *next;
    *len = strcspn(*next, "\n");
    if ((*next)[*len]) ++*len;
    *next += *len;
    return 1;
}

TEST(token_iter_extra) {
    const char *text = "if \xc3\xa9:  # c\n  x";
    TokenIter *it = malloc(sizeof *it);
    token_iter_init(it, one_line, &text, true);
    TokenItem item;
    SyntaxErrorInfo error;
    static const struct {
        int type, lineno, col, end_col;
    } want[] = {{TOK_NAME, 1, 0, 2}, {TOK_NAME, 1, 3, 4},   {TOK_OP, 1, 4, 5},     {TOK_COMMENT, 1, 7, 10},
                {TOK_NEWLINE, 1, 10, 11}, {TOK_INDENT, 2, 0, 2}, {TOK_NAME, 2, 2, 3}, {TOK_NEWLINE, 2, 3, 4},
                {TOK_DEDENT, 3, 0, 0}, {TOK_ENDMARKER, 3, 0, 0}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        ASSERT_EQ(token_iter_next(it, &item, &error), 1);
        ASSERT_EQ(item.type, want[i].type);
        ASSERT_EQ(item.lineno, want[i].lineno);
        ASSERT_EQ(item.col, want[i].col);
        ASSERT_EQ(item.end_col, want[i].end_col);
    }
    ASSERT_EQ(token_iter_next(it, &item, &error), 0);
    token_iter_free(it);
    free(it);
}
