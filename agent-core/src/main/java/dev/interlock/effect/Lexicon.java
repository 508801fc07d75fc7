package dev.interlock.effect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The English verbs of tool names and descriptions, ordered by what they say about effects. */
final class Lexicon {

    /** What a verb says about the tool it belongs to. */
    enum Kind {
        /** Looks at something: {@code get}, {@code list}. */
        READ,
        /** Looks at something in most tools, though not in all: {@code check}, {@code fetch}. */
        WEAK,
        /** Computes something from its arguments: {@code calculate}. */
        COMPUTE,
        /** Does what its argument says: {@code execute}, {@code query}. */
        PASS,
        /** Changes something, and is hardly ever a noun: {@code delete}. */
        MUTATE,
        /** Changes something, but is a noun or an adjective as well: {@code update}, {@code open}. */
        ACT,
        /** A noun in most texts, a changing verb in some: {@code comment}, {@code form}. */
        NOUN;

        boolean reads() {
            return this == READ || this == WEAK || this == COMPUTE;
        }
    }

    /** The form of a word: {@code delete}, {@code deletes}, {@code deleting}. */
    enum Form {
        BASE,
        THIRD,
        GERUND
    }

    record Word(Kind kind, Form form) {}

    private static final String READ = """
            count describe enumerate exists find get has inspect is list locate lookup peek read retreive retrieve retrive return \
            search view""";

    private static final String WEAK = """
            aggregate analyse analyze assess browse categorise categorize check classify compare correlate crawl detect \
            determine diagnose diff discover display evaluate examine explain explore extract fetch filter gather \
            identify inquire interpret look measure obtain poll preview provide quantify rank recognise recognize recommend \
            rerank scrape show \
            suggest summarise summarize validate""";

    private static final String COMPUTE =
            "calculate caculate calcualte compute convert estimate forecast parse predict solve translate";

    private static final String PASS = """
            bash call cmd code command curl cypher eval exec execute graphql http invoke mutation perform \
            query repl request rerun rpc run script shell sql statement terminal""";

    private static final String MUTATE = """
            abort accept ack acknowledge acquire activate add adjust adopt advance allocate allowlist alter amend announce \
            append apply approve assign attach authenticate authorize await backfill ban bind blacklist bootstrap borrow \
            broadcast bump burn buy calibrate cancel checkin checkout chmod choose chown clarify clean cleanup click clone \
            commission compile compose compress configure confirm connect consult consume cordon correct create deactivate \
            deallocate debit decide decommission decompress decrement decrypt deduct dedupe deduplicate defer deflate \
            defrost delete deliver demote denylist deprovision dequeue deregister destroy detach dictate disable disarm \
            disclose disconnect dismiss dispatch do donate downvote drain eject elevate elicit embed enable encrypt endorse \
            enforce engage enqueue enrich enroll ensure erase escalate evict expire expose expunge failover favorite \
            finalize finish fix flush follow forfeit forget generate goto greet heal hibernate hide hover ignite impersonate \
            impound increment inflate ingest init initialize inject insert install instantiate interact intercept invalidate \
            invest irrigate isolate join kick kill latch lend liquidate listen logout make manage memorize mend migrate \
            minify mint modify mow mutate mute nack navigate nominate normalise normalize notify offboard omit onboard \
            optimize overrule overwrite persist poweroff preheat prepare prepend press prioritize promote prune publish \
            purge quarantine react reactivate reap reassess reassign rebalance rebase reboot rebuild recalibrate receive \
            recharge reclaim recommission reconfigure recover rectify recycle redeem redirect redo reformat regenerate \
            reheat reindex reinstall reinstate reissue reject relinquish reload relocate remediate remember remind remove \
            rename renew reopen reorder reparent repay replace replicate reply repost reprocess requeue reroute reschedule \
            resend resize resolve respond restart restore resubmit retire retract retrain retrigger retry retweet revert \
            revise revoke rewind rollback rollout rotate sanitise sanitize save say scribble select sell send settle shred \
            shrink shuffle shutdown signin signup silence snooze soften spawn speak spend stash steer stow submit subscribe \
            summon supersede surrender suspend synchronize take tamper teach terminate tidy toggle trash truncate tweak \
            unarchive unassign unbind unblacklist unblock uncheck uncordon undelete undeploy undo undock unfollow unfreeze ungroup \
            unhide uninstall unlatch unlink unlock unmount unmute unpair unpin unpublish unregister unset unshare unsilence \
            unstage unstar unsubscribe unsuspend untag untick unwrap unzip upload upsert upvote vacuum verify vibrate wait waive \
            wake warn whitelist wipe withdraw write zap""";

    private static final String ACT = """
            archive ask award begin bet bid bill block brew bundle cast charge claim clear close collect compact \
            complete control cook copy deploy deposit dial dim discard dock dose downgrade download drag \
            draw drop duplicate emit empty enter export extend feed fill fire flip fork forward freeze go grant \
            hedge hold import invite launch lease leave lengthen link load lock login merge mirror mount \
            open override patch pay pin ping play postpone print process prolong pull purchase push quit raise \
            rate reanalyze recalculate recheck recompute recount redetect reevaluate refresh release \
            render rescan reset rest restock revalidate ring roll scale scan seed seek set setup share shift \
            shorten sign skip snapshot stage stake star start stop store swap switch sync tip toast track train \
            transcode transfer transform trigger unpack update upgrade use wager warm water widen wrap zip""";

    private static final String NOUN = """
            alarm alert annotate audit batch benchmark book bridge build bulk cache change comment commit contact design \
            draft email file flag format fund group index issue label land like log mail map message note notification order \
            page pair phone pick place plan plot post power queue record refund reminder report review reward route schedule \
            step tag test text trade type vote""";

    /** Participles of changes, for sentences such as "a copy will be sent". */
    private static final Set<String> PARTICIPLES = WordList.of("""
            acknowledged activated added allocated appended applied archived billed built cached canceled cancelled changed charged cleared \
            closed consumed copied created credited debited decreased deducted deleted deployed dequeued destroyed disabled downloaded dropped \
            e-mailed edited emailed enabled erased evicted executed generated granted held increased incremented initialized inserted \
            installed invalidated invited issued kept locked logged made mailed marked merged modified moved notified opened \
            overwritten persisted posted provisioned published purged quarantined recorded refreshed registered removed \
            renamed replaced reserved reset restarted revoked rotated saved sent set started stopped stored submitted switched \
            triggered unlocked updated uploaded wiped written""");

    /** Participles that tell of a change in the present as well: "the result is saved". */
    private static final Set<String> TELLING = WordList.of("""
            acknowledged billed cached canceled cancelled charged cleared consumed credited debited decreased deducted deleted deployed dequeued destroyed \
            downloaded dropped e-mailed emailed erased evicted executed held increased incremented invalidated invited issued kept mailed \
            marked notified overwritten quarantined refreshed removed replaced reserved revoked rotated saved sent triggered wiped written""");

    /** Changing verbs that also open or end the names of things: {@code park_information}. */
    private static final Set<String> THINGS = WordList.of("""
            arm backup bookmark boot capture checkout crop decline delegate edit failover flash focus handle hire mark move \
            park pause pop produce provision put register relay repair reserve resume rollback rollout scaffold screenshot \
            scroll shutdown signup sleep squash tick touch tune turn tweet""");

    /** Verbs that are nouns or adjectives too, but mean deeds in names. */
    private static final Set<String> DEEDS = WordList.of("""
            archive ask award begin clear compact copy dial downgrade drag draw drop duplicate emit enter export fill \
            flip fork forward go grant hold import invite launch leave link load lock login merge mount patch pay pin \
            pull push raise refresh render reset rest ring seek set setup sign skip start stop swap switch sync trigger \
            unpack update upgrade use wrap zip""");

    private static final Map<String, Word> WORDS = words();
    private static final Set<String> OF_CHANGES = Participles.of(bases(MUTATE, ACT));
    private static final Set<String> OF_NOUNS = Participles.of(bases(NOUN));

    private Lexicon() {}

    /** The verb of a word in lower case, null for a word that says nothing about effects. */
    static @Nullable Word verb(String word) {
        return WORDS.get(word);
    }

    /** Whether a verb is a noun or an adjective as well. */
    static boolean isThing(String word) {
        Word known = verb(word);
        boolean noun = known == null || known.kind() == Kind.ACT || known.kind() == Kind.NOUN;
        return (noun && !DEEDS.contains(word)) || THINGS.contains(word);
    }

    static boolean isParticiple(String word) {
        return PARTICIPLES.contains(word) || OF_CHANGES.contains(word) || OF_NOUNS.contains(word);
    }

    static boolean isTellingParticiple(String word) {
        return TELLING.contains(word) || (OF_CHANGES.contains(word) && Participles.isTelling(word));
    }

    /** The forms of some verbs, independent of their kinds. */
    static Map<String, Word> forms(String bases) {
        Map<String, Word> forms = new HashMap<>();
        addAll(forms, bases, Kind.ACT);
        return Map.copyOf(forms);
    }

    /** The base forms of the verbs that change something and are hardly ever nouns, for tests of whole kinds. */
    static List<String> changes() {
        return bases(MUTATE, ACT);
    }

    private static List<String> bases(String... lists) {
        return Stream.of(lists).flatMap(list -> Stream.of(list.split(" ", -1))).toList();
    }

    private static Map<String, Word> words() {
        Map<String, Word> words = new HashMap<>(2048);
        addAll(words, NOUN, Kind.NOUN);
        addAll(words, COMPUTE, Kind.COMPUTE);
        addAll(words, WEAK, Kind.WEAK);
        addAll(words, READ, Kind.READ);
        addAll(words, ACT, Kind.ACT);
        addAll(words, MUTATE, Kind.MUTATE);
        THINGS.forEach(thing -> addAll(words, thing, Kind.MUTATE));
        addAll(words, PASS, Kind.PASS);
        return Map.copyOf(words);
    }

    private static void addAll(Map<String, Word> words, String list, Kind kind) {
        for (String base : list.split(" ", -1)) {
            String stem = base.endsWith("e") && !base.endsWith("ee") ? base.substring(0, base.length() - 1) : base;
            words.put(third(base), new Word(kind, Form.THIRD));
            words.put(stem + "ing", new Word(kind, Form.GERUND));
            words.put(stem + stem.charAt(stem.length() - 1) + "ing", new Word(kind, Form.GERUND));
            words.put(base, new Word(kind, Form.BASE));
        }
    }

    private static String third(String base) {
        char last = base.charAt(base.length() - 1);
        char before = base.charAt(base.length() - 2);
        if (last == 'y' && "aeiou".indexOf(before) < 0) {
            return base.substring(0, base.length() - 1) + "ies";
        }
        boolean hissing =
                last == 's' || last == 'x' || last == 'z' || last == 'o' || (last == 'h' && "cs".indexOf(before) >= 0);
        return base + (hissing ? "es" : "s");
    }
}
