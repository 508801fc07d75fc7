package dev.interlock.footprint;

/**
 * Is told what calls have touched: once an attempt, when its body has ended, on the thread that ran it and outside all
 * locks. Of a call that is abandoned it is told when the thread ends at last; of one whose body did not run, such as one
 * that shares the outcome of an equal call, it is not told.
 *
 * <p>An implementation must be thread-safe. It holds up the call that it is told of, within the limit of the attempt, so
 * it should be quick. What it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface FootprintListener {

    /**
     * An attempt has ended.
     *
     * @param footprint what it has touched
     */
    void onFootprint(CallFootprint footprint);
}
