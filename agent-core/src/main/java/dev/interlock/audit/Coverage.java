package dev.interlock.audit;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.List;

/**
 * Decides whether effects allow for what a call touched.
 *
 * <p>Invariant: a declared access covers an access to the same resource or to one below it; only a declared write
 * covers a write. If one of the two paths is relative to an unknown folder and the other begins elsewhere (see
 * {@link Resource}), coverage holds if some folder makes it hold: {@code file/notes.md} covers
 * {@code file//data/notes.md}, but not {@code file//data/other.md}.
 */
final class Coverage {

    private Coverage() {}

    static List<Access> uncovered(List<Access> declared, List<Access> touched) {
        return touched.stream()
                .filter(access -> declared.stream().noneMatch(each -> covers(each, access)))
                .toList();
    }

    /** Returns the uncovered accesses. Of widened ones, it returns only those that are uncovered for certain. */
    static List<Access> uncovered(List<Access> declared, List<Access> touched, boolean widened) {
        List<Access> found = uncovered(declared, touched);
        return widened
                ? found.stream()
                        .filter(access -> declared.stream().noneMatch(each -> mayStandFor(access, each)))
                        .toList()
                : found;
    }

    /** Whether a widened access may stand for nothing but declared accesses: then it lies above one. */
    private static boolean mayStandFor(Access touched, Access declared) {
        return (declared.isWrite() || !touched.isWrite())
                && touched.resource().depth() < declared.resource().depth()
                && touched.resource().contains(declared.resource());
    }

    static boolean covers(Access declared, Access touched) {
        return (declared.isWrite() || !touched.isWrite()) && contains(declared.resource(), touched.resource());
    }

    static boolean contains(Resource declared, Resource touched) {
        return declared.mayContain(touched);
    }
}
