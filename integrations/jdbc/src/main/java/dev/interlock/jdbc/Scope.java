package dev.interlock.jdbc;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a part of a statement stands. Immutable.
 *
 * @param names of parts that stand for no table: those of {@code WITH}
 * @param locked whether rows that are read are locked, so that they count as written
 */
record Scope(List<String> names, boolean locked) {

    static final Scope OUTERMOST = new Scope(List.of(), false);

    /** Whether a name is certain to be one of these: not if letter case or quotes make it another. */
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
