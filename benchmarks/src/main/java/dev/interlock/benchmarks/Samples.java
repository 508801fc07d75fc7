package dev.interlock.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The times of one workload, in µs for each batch, by mode and block. The times of a block were measured right after
 * each other.
 */
final class Samples {

    private final Workload workload;
    private final Map<Mode, List<Double>> micros = new EnumMap<>(Mode.class);

    Samples(Workload workload) {
        this.workload = workload;
        Mode.of(workload).forEach(mode -> micros.put(mode, new ArrayList<>()));
    }

    void add(Mode mode, double value) {
        micros.get(mode).add(value);
    }

    int blocks() {
        return micros.get(Mode.INTERLOCK).size();
    }

    /** Compares by the differences within blocks. The uncertainty is the 95 % confidence interval of their median. */
    Comparison compareWithConfidence() {
        double[] over = over();
        // The ranks between which the median lies, by the normal approximation of the binomial distribution.
        double margin = 0.98 * Math.sqrt(over.length);
        int low = (int) Math.max(0, Math.floor(over.length / 2.0 - margin));
        int high = (int) Math.min(over.length - 1.0, Math.ceil(over.length / 2.0 + margin));
        return compare(over, over[low], over[high]);
    }

    /**
     * Compares by the differences within blocks. The uncertainty is their range, but at least the relative difference
     * of the twins.
     */
    Comparison compareWithRange() {
        double[] over = over();
        double middle = Comparison.median(over);
        Comparison comparison = compare(over, over[0], over[over.length - 1]);
        double noise = comparison.noise() * comparison.better();
        return compare(over, Math.min(over[0], middle - noise), Math.max(over[over.length - 1], middle + noise));
    }

    private Comparison compare(double[] over, double low, double high) {
        return new Comparison(
                workload,
                median(Mode.SEQUENTIAL_A),
                median(Mode.SEQUENTIAL_B),
                concurrent(),
                median(Mode.INTERLOCK),
                Comparison.median(over),
                low,
                high);
    }

    /** How much longer Interlock takes than LangChain4j's faster mode, which is the same for all blocks; sorted. */
    private double[] over() {
        boolean concurrentIsBetter = concurrent() < (median(Mode.SEQUENTIAL_A) + median(Mode.SEQUENTIAL_B)) / 2;
        double[] over = new double[blocks()];
        for (int i = 0; i < over.length; i++) {
            double better = concurrentIsBetter
                    ? get(Mode.CONCURRENT, i)
                    : (get(Mode.SEQUENTIAL_A, i) + get(Mode.SEQUENTIAL_B, i)) / 2;
            over[i] = get(Mode.INTERLOCK, i) - better;
        }
        Arrays.sort(over);
        return over;
    }

    private double concurrent() {
        return workload.isParallel() ? median(Mode.CONCURRENT) : Double.NaN;
    }

    private double get(Mode mode, int block) {
        return micros.get(mode).get(block);
    }

    private double median(Mode mode) {
        return Comparison.median(
                micros.get(mode).stream().mapToDouble(Double::doubleValue).toArray());
    }
}
