package dev.interlock.report;

import dev.interlock.effect.Access;
import dev.interlock.effect.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The what-if of finer effects: a tool's calls would write resources of their arguments, below what they declare now.
 * Calls with different arguments would then not conflict. All other conflicts would stay.
 */
final class Finer {

    private Finer() {}

    /**
     * Returns a round's calls with finer accesses of one tool; the same calls if other tools access something below.
     */
    static List<Work> refine(List<Work> calls, String tool) {
        Set<Resource> refined = refinable(calls, tool);
        if (refined.isEmpty()) {
            return calls;
        }
        Map<String, Integer> numbers = new HashMap<>();
        List<Work> finer = new ArrayList<>(calls.size());
        for (Work work : calls) {
            if (!work.tool().equals(tool)) {
                finer.add(work);
                continue;
            }
            int number = numbers.computeIfAbsent(work.arguments(), key -> numbers.size());
            List<Access> accesses = new ArrayList<>();
            for (Access access : work.accesses()) {
                accesses.add(refined.contains(access.resource()) ? below(access, number) : access);
            }
            finer.add(work.with(accesses, work.onOwner()));
        }
        return finer;
    }

    /** The resources that the tool writes and of which no other tool accesses a part. */
    private static Set<Resource> refinable(List<Work> calls, String tool) {
        Set<Resource> written = new HashSet<>();
        for (Work work : calls) {
            if (work.tool().equals(tool)) {
                work.accesses().stream().filter(Access::isWrite).forEach(access -> written.add(access.resource()));
            }
        }
        for (Work work : calls) {
            for (Access access : work.accesses()) {
                written.removeIf(resource -> !resource.equals(access.resource())
                        && resource.overlaps(access.resource())
                        && !access.resource().contains(resource));
            }
        }
        return written;
    }

    private static Access below(Access access, int number) {
        Resource part = access.resource().resolve("arguments-" + number);
        return access.isWrite() ? Access.write(part) : Access.read(part);
    }
}
