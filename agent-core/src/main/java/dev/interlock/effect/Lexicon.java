package dev.interlock.effect;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The English verbs of tool names and descriptions, by what they say about effects. */
final class Lexicon {

    /** What a verb says about the tool it belongs to. */
    enum Kind {
        /** Looks at something: {@code get}, {@code list}. */
        READ,
        /** Looks at something in most tools, though not in all: {@code check}, {@code fetch}. */
        WEAK,
        /** Works something out from its arguments: {@code calculate}. */
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
            count describe enumerate exists find get has inspect is list locate lookup peek read retrieve return \
            search view""";

    private static final String WEAK = """
            aggregate analyse analyze assess browse categorise categorize check classify compare correlate crawl detect \
            determine diagnose diff discover display evaluate examine explain explore extract fetch filter gather \
            identify inquire interpret measure obtain poll preview provide quantify rank recommend rerank scrape show \
            suggest summarise summarize validate""";

    private static final String COMPUTE = "calculate compute convert estimate forecast parse predict solve translate";

    private static final String PASS = """
            bash call cmd code command curl cypher eval exec execute graphql http invoke mutation perform \
            query repl request rerun rpc run script shell sql statement terminal""";

    private static final String MUTATE = """
            accept ack acknowledge acquire activate add adjust advance allocate amend announce append apply approve \
            assign attach authenticate authorize await backfill ban bind bootstrap borrow broadcast bump burn buy cancel \
            checkin checkout choose clarify clean cleanup click clone compile compose compress configure confirm connect \
            consult consume cordon create deactivate deallocate debit decide decompress decrement decrypt deduct dedupe \
            deduplicate delete deliver demote deprovision dequeue deregister destroy detach disable disarm disconnect \
            dismiss dispatch do donate downvote drain elevate elicit embed enable encrypt endorse enqueue enrich enroll \
            erase escalate evict expose failover favorite finalize finish fix flush follow forget generate goto \
            hibernate hide hover impersonate increment ingest init initialize insert install interact invalidate invest \
            isolate join kick kill lend liquidate logout make manage memorize migrate minify mint modify mutate mute \
            nack navigate normalise normalize notify offboard omit onboard overwrite persist poweroff \
            prepare prepend press promote prune publish purge quarantine react reactivate reassign rebalance rebase \
            reboot rebuild receive reconfigure recover redeem redirect redo reformat regenerate reindex reject \
            reload remember remind remove rename renew reopen reorder repay replace reply reprocess requeue reschedule \
            resend resize resolve respond restart restore retract retry retweet revert revoke rewind rollback rollout \
            rotate sanitise sanitize save say select sell send shuffle shutdown signin signup snooze spawn speak spend \
            stash submit subscribe supersede suspend synchronize take terminate tidy toggle truncate unarchive unassign \
            unbind unblock uncordon undeploy undo unfollow ungroup uninstall unlink unlock unmount unmute unpin \
            unpublish unregister unset unshare unstage unstar unsubscribe unsuspend unwrap unzip upload upsert upvote \
            verify wait wake warn wipe withdraw write""";

    private static final String ACT = """
            archive ask award begin bid block bundle charge claim clear close compact complete control copy deploy deposit \
            dial downgrade download drag draw drop duplicate emit enter export fill fire flip fork forward go grant hold \
            import invite launch lease leave link load lock login merge mount open patch pay pin ping play print process \
            pull purchase push raise rate refresh release render reset rest ring scale scan seed seek set setup share shift \
            sign skip snapshot stage stake star start stop store swap switch sync tip track train transfer transform trigger \
            unpack update upgrade use wrap zip""";

    private static final String NOUN = """
            alarm alert annotate batch book bridge build bulk cache change comment commit contact design draft email \
            file flag format fund group index issue label land like log mail map message note notification order \
            page phone pick place plan plot post power queue record refund reminder report review route schedule \
            step tag test text trade type vote""";

    /** Participles of changes, for sentences such as "a copy will be sent". */
    private static final Set<String> PARTICIPLES = set("""
            acknowledged activated added appended applied archived billed cached changed charged cleared closed consumed \
            copied created deducted deleted deployed dequeued disabled downloaded e-mailed edited emailed enabled \
            executed generated incremented inserted installed invalidated locked logged marked merged modified moved \
            notified opened overwritten persisted posted published purged recorded registered removed renamed replaced \
            reset restarted saved sent set started stopped stored submitted triggered updated uploaded written""");

    /** Participles that tell of a change in the present as well: "the result is saved". */
    private static final Set<String> TELLING = set("""
            acknowledged billed cached charged cleared consumed deducted deleted dequeued downloaded e-mailed emailed \
            executed incremented invalidated marked notified overwritten removed replaced saved sent triggered written""");

    /** Of the verbs that change something, those that open or end the names of things: {@code park_information}. */
    private static final Set<String> THINGS = set("""
            arm backup bookmark boot capture crop decline delegate edit flash focus handle hire mark move park pause pop \
            produce provision put register relay repair reserve resume scaffold screenshot scroll sleep squash touch \
            tune turn tweet""");

    /** Of those that are nouns or adjectives too, those that in names are deeds. */
    private static final Set<String> DEEDS = set("""
            archive ask award begin clear compact copy dial downgrade drag draw drop duplicate emit enter export fill \
            flip fork forward go grant hold import invite launch leave link load lock login merge mount patch pay pin \
            pull push raise refresh render reset rest ring seek set setup sign skip start stop swap switch sync trigger \
            unpack update upgrade use wrap zip""");

    private static final Map<String, Word> WORDS = words();

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
        return PARTICIPLES.contains(word);
    }

    static boolean isTellingParticiple(String word) {
        return TELLING.contains(word);
    }

    /** The forms of some verbs, whatever else is known of them. */
    static Map<String, Word> forms(String bases) {
        Map<String, Word> forms = new HashMap<>();
        addAll(forms, bases, Kind.ACT);
        return Map.copyOf(forms);
    }

    static Set<String> set(String words) {
        return Set.of(words.split(" ", -1));
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
