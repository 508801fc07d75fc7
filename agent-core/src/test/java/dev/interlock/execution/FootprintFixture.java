package dev.interlock.execution;

import dev.interlock.effect.Access;
import dev.interlock.footprint.CallFootprint;
import dev.interlock.footprint.FootprintListener;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps footprints as they come. */
final class FootprintFixture implements FootprintListener {

    private final LinkedBlockingQueue<CallFootprint> all = new LinkedBlockingQueue<>();

    @Override
    public void onFootprint(CallFootprint footprint) {
        all.add(footprint);
    }

    /** The next one, waited for. */
    CallFootprint next() throws InterruptedException {
        CallFootprint next = all.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("waited 20 s for a footprint");
        }
        return next;
    }

    /** What the one attempt of a tool has touched. */
    List<Access> of(String tool) {
        return all.stream()
                .filter(each -> each.call().tool().equals(tool))
                .reduce((one, other) -> {
                    throw new AssertionError("two attempts of " + tool);
                })
                .orElseThrow(() -> new AssertionError("no attempt of " + tool))
                .accesses();
    }

    List<CallFootprint> all() {
        return List.copyOf(all);
    }
}
