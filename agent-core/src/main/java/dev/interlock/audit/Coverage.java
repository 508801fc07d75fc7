package dev.interlock.audit;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.List;

/**
 * Whether effects allow for what was touched.
 *
 * <p>Invariant: an access is covered if a declared one is of the same resource or one that contains it, and a write only by
 * a declared write. Where one of two paths is relative to a folder that is not known, and the other begins elsewhere (see
 * {@link Resource}), it is covered if there is a folder for which that holds: {@code file/notes.md} covers
 * {@code file//data/notes.md}, and not {@code file//data/other.md}.
 */
final class Coverage {

    private Coverage() {}

    static List<Access> uncovered(List<Access> declared, List<Access> touched) {
        return touched.stream()
                .filter(access -> declared.stream().noneMatch(each -> covers(each, access)))
                .toList();
    }

    /** Of what may have been widened, only what certainly is not covered. */
    static List<Access> uncovered(List<Access> declared, List<Access> touched, boolean widened) {
        List<Access> found = uncovered(declared, touched);
        return widened
                ? found.stream()
                        .filter(access -> declared.stream().noneMatch(each -> mayStandFor(access, each)))
                        .toList()
                : found;
    }

    /** Whether all that was touched may have been what is declared, if it was widened: then it is above that. */
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
