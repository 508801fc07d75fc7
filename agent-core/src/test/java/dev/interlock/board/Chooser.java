package dev.interlock.board;

import java.util.SplittableRandom;

/** Decides what happens next where several things may. */
interface Chooser {

    /** Returns one of 0 to {@code options} - 1. */
    int pick(int options);

    static Chooser random(SplittableRandom random) {
        return random::nextInt;
    }

    /** Takes, run after run, each sequence of choices exactly once: runs must differ in their choices only. */
    final class Exhaustive implements Chooser {

        private final IntList picks = new IntList();
        private final IntList options = new IntList();
        private int depth;

        @Override
        public int pick(int count) {
            if (depth == picks.size()) {
                picks.add(0);
                options.add(count);
            }
            return picks.get(depth++);
        }

        /** Prepares the next run; false if there is none left. */
        boolean advance() {
            int last = picks.size() - 1;
            while (last >= 0 && picks.get(last) + 1 == options.get(last)) {
                last--;
            }
            int[] kept = picks.toArray();
            int[] keptOptions = options.toArray();
            picks.clear();
            options.clear();
            depth = 0;
            for (int i = 0; i <= last; i++) {
                picks.add(i == last ? kept[i] + 1 : kept[i]);
                options.add(keptOptions[i]);
            }
            return last >= 0;
        }
    }
}
