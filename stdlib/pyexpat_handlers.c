// SPDX-License-Identifier: MIT
// pyexpat: the callbacks of the library, which call a parser's handlers.
// A callback is entered with the family's lock held (see pyexpat_int.h). What the library hands over stays valid until the callback returns, also without
// the lock: only a parse of the same parser would change it, and while one is on its way another is refused.
#include "core/object/container_inl.h"
#include "stdlib/pyexpat_int.h"

#include <string.h>

// A name: the same str each time while there is a dict for it.
static Value name_text(Thread *th, Xml *x, const char *s) {
    Value v = expat_text(th, s), kept;
    if (v == NO_VALUE || !s || x->intern == NO_VALUE) return v;
    if (dict_setdefault(th, AS(Dict, x->intern), v, v, &kept) < 0) kept = NO_VALUE;
    decref(th, v);
    return kept;
}

// ---- entering and leaving a callback --------------------------------------------------------------------------------------------------

static void install(Xml *x, int which, bool on);

// After an error: no handler is called any more and the parse ends. Entered and left with the lock.
static void stop(Thread *th, Xml *x) {
    Value dropped[XML_HANDLER_COUNT];
    for (int i = 0; i < XML_HANDLER_COUNT; i++) {
        dropped[i] = x->handlers[i];
        x->handlers[i] = NO_VALUE;
        if (dropped[i] != NO_VALUE) install(x, i, false);
    }
    XML_StopParser(x->parser, XML_FALSE);
    xml_unlock(th, x);
    values_release(th, dropped, XML_HANDLER_COUNT);
    xml_lock(th, x);
}

// Calls handler with text. Without the lock; takes text over. 0 or -1.
static int give_text(Thread *th, Value handler, Value text) {
    if (text == NO_VALUE) return -1;
    Value r = handler == NO_VALUE ? VALUE_NONE : call1(th, handler, text);
    decref(th, text);
    decref(th, r);
    return r == NO_VALUE ? -1 : 0;
}
// Lets go of the lock to give out text held back, and takes it again. 0 or -1.
static int flush_locked(Thread *th, Xml *x) {
    if (!x->text || x->text_used == 0) return 0;
    Value text = str_from_utf8(th, x->text, (size_t)x->text_used), handler = x->handlers[XML_CharacterData];
    x->text_used = 0;
    incref(th, handler);
    x->callbacks++;
    xml_unlock(th, x);
    int r = give_text(th, handler, text);
    decref(th, handler);
    xml_lock(th, x);
    x->callbacks--;
    return r;
}
int xml_flush_text(Thread *th, Xml *x) {
    xml_lock(th, x);
    int r = flush_locked(th, x);
    xml_unlock(th, x);
    return r;
}

typedef struct Callback { Thread *th; Xml *x; Value handler; } Callback;
// Gives out text held back and lets go of the lock. false, with the lock: there is no handler, or an error; then the callback has ended.
static bool callback_begin(Callback *c, void *data, int which) {
    Thread *th = thread_current();
    Xml *x = data;
    if (error_pending(th) || x->handlers[which] == NO_VALUE) return false;
    if (flush_locked(th, x) < 0) {
        stop(th, x);
        return false;
    }
    if (x->handlers[which] == NO_VALUE) return false; // the text's handler took it away
    *c = (Callback){th, x, new_ref(th, x->handlers[which])};
    x->callbacks++;
    xml_unlock(th, x);
    return true;
}
// Calls the handler with n owned arguments (any NO_VALUE: an error is pending) and takes the lock again. result NULL, or what the handler returned as a
// number. 0, or -1: an error, the parse ends.
static int callback_end(Callback *c, const Value *args, size_t n, int *result) {
    Thread *th = c->th;
    bool ok = true;
    for (size_t i = 0; i < n; i++) ok &= args[i] != NO_VALUE;
    Value v = ok ? object_call(th, c->handler, args, n, NO_VALUE) : NO_VALUE;
    for (size_t i = 0; i < n; i++) decref(th, args[i]);
    decref(th, c->handler);
    int64_t number = 0;
    int r = v == NO_VALUE || (result && number_as_i64(th, v, &number) < 0) ? -1 : 0;
    decref(th, v);
    if (result) *result = r == 0 && number != 0;
    xml_lock(th, c->x);
    c->x->callbacks--;
    if (r < 0) stop(th, c->x);
    return r;
}

// ---- the callbacks --------------------------------------------------------------------------------------------------------------------

// The arguments are made without the lock: interning may run Python code of the dict's keys.
#define CALLBACK(which, ...)                                            \
    Callback c;                                                         \
    if (!callback_begin(&c, data, XML_##which)) return;                 \
    Value args[] = {__VA_ARGS__};                                       \
    callback_end(&c, args, ARRAY_LEN(args), NULL)
#define TEXT(s) expat_text(c.th, s)
#define NAME(s) name_text(c.th, c.x, s)

static Value attributes(Thread *th, Xml *x, const char **a, int n, bool ordered) {
    Value r = ordered ? list_new(th, (size_t)n) : dict_new(th);
    for (int i = 0; r != NO_VALUE && i < n; i += 2) {
        Value name = name_text(th, x, a[i]), value = name == NO_VALUE ? NO_VALUE : expat_text(th, a[i + 1]);
        int bad = value == NO_VALUE;
        if (!bad) bad = ordered ? list_append(th, AS(List, r), name) < 0 || list_append(th, AS(List, r), value) < 0 : dict_set(th, AS(Dict, r), name, value) < 0;
        decref(th, name);
        decref(th, value);
        if (bad) clear_ref(th, &r);
    }
    return r;
}
static void on_StartElement(void *data, const char *name, const char **a) {
    Xml *x = data;
    bool ordered = x->ordered;
    int n = 0;
    if (x->specified) n = XML_GetSpecifiedAttributeCount(x->parser);
    else
        while (a[n]) n += 2;
    Callback c;
    if (!callback_begin(&c, data, XML_StartElement)) return;
    Value v[2] = {NAME(name), NO_VALUE};
    if (v[0] != NO_VALUE) v[1] = attributes(c.th, x, a, n, ordered);
    callback_end(&c, v, 2, NULL);
}
static void on_EndElement(void *data, const char *name) { CALLBACK(EndElement, NAME(name)); }
static void on_ProcessingInstruction(void *data, const char *target, const char *text) { CALLBACK(ProcessingInstruction, NAME(target), TEXT(text)); }
static void on_UnparsedEntityDecl(void *data, const char *name, const char *base, const char *system, const char *public_id, const char *notation) {
    CALLBACK(UnparsedEntityDecl, NAME(name), NAME(base), NAME(system), NAME(public_id), NAME(notation));
}
static void on_NotationDecl(void *data, const char *name, const char *base, const char *system, const char *public_id) {
    CALLBACK(NotationDecl, NAME(name), NAME(base), NAME(system), NAME(public_id));
}
static void on_StartNamespaceDecl(void *data, const char *prefix, const char *uri) { CALLBACK(StartNamespaceDecl, NAME(prefix), NAME(uri)); }
static void on_EndNamespaceDecl(void *data, const char *prefix) { CALLBACK(EndNamespaceDecl, NAME(prefix)); }
static void on_Comment(void *data, const char *text) { CALLBACK(Comment, TEXT(text)); }
static void on_Default(void *data, const char *s, int n) { CALLBACK(Default, str_from_utf8(c.th, s, (size_t)n)); }
static void on_DefaultExpand(void *data, const char *s, int n) { CALLBACK(DefaultExpand, str_from_utf8(c.th, s, (size_t)n)); }
static void on_StartDoctypeDecl(void *data, const char *name, const char *system, const char *public_id, int internal) {
    CALLBACK(StartDoctypeDecl, NAME(name), NAME(system), NAME(public_id), value_imm_int(internal));
}
static void on_EntityDecl(void *data, const char *name, int parameter, const char *value, int n, const char *base, const char *system, const char *public_id,
                          const char *notation) {
    CALLBACK(EntityDecl, NAME(name), value_imm_int(parameter), value ? str_from_utf8(c.th, value, (size_t)n) : VALUE_NONE, NAME(base), NAME(system),
             NAME(public_id), NAME(notation));
}
static void on_XmlDecl(void *data, const char *version, const char *encoding, int standalone) {
    CALLBACK(XmlDecl, TEXT(version), TEXT(encoding), value_imm_int(standalone));
}
static void on_AttlistDecl(void *data, const char *element, const char *name, const char *type, const char *value, int required) {
    CALLBACK(AttlistDecl, NAME(element), NAME(name), TEXT(type), TEXT(value), value_imm_int(required));
}
static void on_SkippedEntity(void *data, const char *name, int parameter) { CALLBACK(SkippedEntity, NAME(name), value_imm_int(parameter)); }

static void on_nothing(void *data, int which) {
    Callback c;
    if (callback_begin(&c, data, which)) callback_end(&c, NULL, 0, NULL);
}
static void on_StartCdataSection(void *data) { on_nothing(data, XML_StartCdataSection); }
static void on_EndCdataSection(void *data) { on_nothing(data, XML_EndCdataSection); }
static void on_EndDoctypeDecl(void *data) { on_nothing(data, XML_EndDoctypeDecl); }

static int on_NotStandalone(void *data) {
    Callback c;
    int result = 0;
    if (!callback_begin(&c, data, XML_NotStandalone)) return 0;
    return callback_end(&c, NULL, 0, &result) < 0 ? 0 : result;
}
// The parser is its own argument of this handler, in the place of the user data.
static int on_ExternalEntityRef(XML_Parser p, const char *context, const char *base, const char *system, const char *public_id) {
    Callback c;
    int result = 0;
    if (!callback_begin(&c, XML_GetUserData(p), XML_ExternalEntityRef)) return 0;
    Value v[] = {TEXT(context), NAME(base), NAME(system), NAME(public_id)};
    return callback_end(&c, v, 4, &result) < 0 ? 0 : result;
}

// (type, quantifier, name, children) of a content model.
static Value model_tuple(Thread *th, Xml *x, const XML_Content *m) {
    if (thread_c_recursion(th, " while converting an XML content model")) return NO_VALUE;
    Tuple *children = tuple_new(th, m->numchildren);
    Value r = NO_VALUE;
    bool ok = children != NULL;
    for (unsigned i = 0; ok && i < m->numchildren; i++) ok = (children->items[i] = model_tuple(th, x, &m->children[i])) != NO_VALUE;
    Value name = ok ? name_text(th, x, m->name) : NO_VALUE;
    if (name != NO_VALUE) {
        Value v[4] = {value_imm_int(m->type), value_imm_int(m->quant), name, VALUE_OF(children)};
        r = tuple_from_owned(th, v, 4);
    } else {
        decref(th, VALUE_OF(children));
    }
    return r;
}
static void on_ElementDecl(void *data, const char *name, XML_Content *model) {
    Callback c;
    if (callback_begin(&c, data, XML_ElementDecl)) {
        Value v[2] = {NAME(name), NO_VALUE};
        if (v[0] != NO_VALUE) v[1] = model_tuple(c.th, c.x, model);
        callback_end(&c, v, 2, NULL);
    }
    XML_FreeContentModel(((Xml *)data)->parser, model);
}

// Character data is collected while buffer_text is on, and given out when the buffer is full or something else comes.
static void on_CharacterData(void *data, const char *s, int n) {
    Thread *th = thread_current();
    Xml *x = data;
    if (error_pending(th)) return;
    if (x->text && n > x->text_size - x->text_used && flush_locked(th, x) < 0) {
        stop(th, x);
        return;
    }
    if (x->text && n <= x->text_size - x->text_used) { // looked at again: the handler may have changed it
        memcpy(x->text + x->text_used, s, (size_t)n);
        x->text_used += n;
        return;
    }
    CALLBACK(CharacterData, str_from_utf8(c.th, s, (size_t)n));
}

static void install(Xml *x, int which, bool on) {
    switch (which) {
#define H(name, attribute) case XML_##name: XML_Set##attribute(x->parser, on ? on_##name : NULL); break;
        XML_HANDLERS(H)
#undef H
    }
}

int xml_set_handler(Thread *th, Xml *x, int which, Value v) {
    xml_lock(th, x);
    // What was collected belongs to the handler before.
    int r = which == XML_CharacterData ? flush_locked(th, x) : 0;
    Value old = NO_VALUE;
    if (r == 0) {
        old = x->handlers[which];
        x->handlers[which] = new_ref(th, v);
        // The library would give the rest of the text in hand to the default handler, once the other is gone in its midst.
        bool keep = v == NO_VALUE && which == XML_CharacterData && x->callbacks;
        if (!keep) install(x, which, v != NO_VALUE);
    }
    xml_unlock(th, x);
    decref(th, old);
    return r;
}

// ---- other encodings ------------------------------------------------------------------------------------------------------------------

static int on_unknown_encoding(void *data, const char *name, XML_Encoding *info) {
    Thread *th = thread_current();
    if (error_pending(th)) return XML_STATUS_ERROR;
    xml_unlock(th, data);
    int status = expat_map_encoding(th, name, info);
    xml_lock(th, data);
    return status;
}

void xml_connect(Xml *x) {
    XML_SetUserData(x->parser, x);
    XML_SetUnknownEncodingHandler(x->parser, on_unknown_encoding, x);
}
