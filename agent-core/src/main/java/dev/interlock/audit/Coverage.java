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

    static boolean covers(Access declared, Access touched) {
        return (declared.isWrite() || !touched.isWrite()) && contains(declared.resource(), touched.resource());
    }

    static boolean contains(Resource declared, Resource touched) {
        return declared.contains(touched) || mayContain(declared, touched);
    }

    private static boolean mayContain(Resource declared, Resource touched) {
        if (!declared.overlaps(touched)) {
            return false;
        }
        List<String> one = declared.segments();
        List<String> other = touched.segments();
        int parting = 0;
        int common = Math.min(one.size(), other.size());
        while (parting < common && one.get(parting).equals(other.get(parting))) {
            parting++;
        }
        // Where one merely ends, the declared one is the deeper: it does not contain the other.
        return parting < common && meet(way(one, parting), way(other, parting));
    }

    private static List<String> way(List<String> segments, int from) {
        int start = from;
        while (start < segments.size() && segments.get(start).isEmpty()) {
            start++;
        }
        return segments.subList(start, segments.size());
    }

    /** Whether the declared way, or an end of it, is where the touched way goes through, or begins. */
    private static boolean meet(List<String> declared, List<String> touched) {
        for (int at = 0; at + declared.size() <= touched.size(); at++) {
            if (touched.subList(at, at + declared.size()).equals(declared)) {
                return true;
            }
        }
        for (int from = 1; from < declared.size(); from++) {
            List<String> end = declared.subList(from, declared.size());
            if (end.size() <= touched.size() && touched.subList(0, end.size()).equals(end)) {
                return true;
            }
        }
        return false;
    }
}
