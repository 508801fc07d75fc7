package dev.interlock.reportpage;

import dev.interlock.effect.Access;
import dev.interlock.effect.EffectSource;
import dev.interlock.event.CallEnd;
import dev.interlock.event.RoundReport;
import dev.interlock.report.RunReport;
import dev.interlock.reportpage.Rounds.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Runs of an assistant that looks after parcels: as many rounds and calls as a test wants. */
final class Runs {

    private static final List<String> TOOLS = List.of(
            "findParcel",
            "readAddress",
            "searchRoutes",
            "quotePrice",
            "bookVan",
            "updateParcel",
            "notifyCustomer",
            "auditLog");

    private static final long BETWEEN = 620_000;

    private Runs() {}

    static RunReport none() {
        return new RunReport(List.of());
    }

    static RunReport oneCall() {
        return new RunReport(List.of(Rounds.of(Asked.of("findParcel", 41_000, Access.read("parcel/7")))));
    }

    /** Some of all: waits of several kinds, a retry, a failure. */
    static RunReport small() {
        RoundReport first = Rounds.of(
                1,
                0,
                5,
                List.of(
                        Asked.of("findParcel", 40_000, Access.read("parcel/7")),
                        Asked.of("readAddress", 60_000, Access.read("address/3")),
                        Asked.of("quotePrice", 20_000)));
        RoundReport second = Rounds.of(
                2,
                700_000,
                2,
                List.of(
                        Asked.of("updateParcel", 50_000, Access.write("parcel/7")),
                        Asked.of("searchRoutes", 30_000, Access.read("route"))
                                .ending(CallEnd.OK, "three routes", 30_000L, 45_000L),
                        Asked.of("findParcel", 25_000, Access.read("parcel/7")),
                        Asked.of("bookVan", 35_000, Access.write("van/2"))
                                .ending(CallEnd.FAILED, "the van is taken", 35_000L),
                        Asked.of("notifyCustomer", 15_000, Access.write("parcel/7"))));
        return new RunReport(List.of(first, second));
    }

    /** So many calls in so many rounds; the same for the same seed. */
    static RunReport of(int rounds, int calls, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RoundReport> reports = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < rounds; i++) {
            List<Asked> asked = new ArrayList<>();
            int count = calls / rounds + (i < calls % rounds ? 1 : 0);
            for (int j = 0; j < count; j++) {
                asked.add(call(random, Math.max(6, count / 3)));
            }
            RoundReport report = Rounds.of(i + 1, at, 8, asked);
            reports.add(report);
            at += report.elapsed().toNanos() / 1_000 + BETWEEN + random.nextInt(400_000);
        }
        return new RunReport(reports);
    }

    private static Asked call(SplittableRandom random, int things) {
        String tool = TOOLS.get(random.nextInt(TOOLS.size()));
        int thing = random.nextInt(things);
        long micros = 8_000L + random.nextInt(20_000) + (random.nextInt(6) == 0 ? 70_000 : 0);
        Asked call =
                switch (tool) {
                    case "findParcel" -> Asked.of(tool, micros, Access.read("parcel/" + thing));
                    case "readAddress" -> Asked.of(tool, micros, Access.read("address/" + thing));
                    case "searchRoutes" -> Asked.of(tool, micros + 20_000, Access.read("route"));
                    case "quotePrice" -> Asked.of(tool, micros);
                    case "bookVan" -> Asked.of(tool, micros + 15_000, Access.write("van/" + thing % 5));
                    case "auditLog" ->
                        random.nextInt(12) == 0
                                ? new Asked(
                                        tool,
                                        "x",
                                        EffectSource.UNDECLARED,
                                        "nothing is known about 'auditLog'",
                                        List.of(Access.write("/")),
                                        List.of(micros),
                                        CallEnd.OK,
                                        "noted")
                                : Asked.of(tool, micros, Access.write("log/" + thing));
                    default -> Asked.of(tool, micros, Access.write("parcel/" + thing));
                };
        return switch (random.nextInt(28)) {
            case 0 -> call.ending(CallEnd.FAILED, "the service is down", micros);
            case 1 -> call.ending(CallEnd.TIMED_OUT, "tool '" + tool + "' exceeded 60 ms", 60_000L);
            case 2 -> call.ending(CallEnd.OK, "it is done", micros, micros / 2);
            default -> call;
        };
    }
}
