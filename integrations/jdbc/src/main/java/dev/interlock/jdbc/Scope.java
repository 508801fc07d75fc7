package dev.interlock.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * The surroundings of a statement's part. Immutable.
 *
 * @param names names that do not stand for tables, such as those of {@code WITH}
 * @param locked whether reads lock rows, so that they count as writes
 */
record Scope(List<String> names, boolean locked) {

    static final Scope OUTERMOST = new Scope(List.of(), false);

    /** Whether a name is certainly one of these, regardless of letter case and quotes. */
    boolean knows(String name, Names database) {
        return names.stream().anyMatch(each -> database.stored(each).equals(database.stored(name)));
    }

    /** Whether a name may be one of these. */
    boolean mayKnow(String name) {
        return names.stream().anyMatch(each -> Names.unquoted(each).equalsIgnoreCase(Names.unquoted(name)));
    }

    Scope with(String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name);
        return new Scope(List.copyOf(more), locked);
    }

    Scope lock(boolean more) {
        return more && !locked ? new Scope(names, true) : this;
    }
}
