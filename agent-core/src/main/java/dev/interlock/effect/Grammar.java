package dev.interlock.effect;

import java.util.Set;

/** The closed classes of English words that show who does what to whom. */
final class Grammar {

    static final Set<String> CONJUNCTIONS = WordList.of("and then or , / - also plus");

    static final Set<String> RELATIVES = WordList.of("that which who where when how if whether what why");

    /** Words that open a clause about an earlier or later event. */
    static final Set<String> BOUNDS = WordList.of("after before once until because unless while");

    static final Set<String> NEGATIONS =
            WordList.of("not no never without cannot don't doesn't won't isn't nothing instead can't avoid");

    /** Actors other than the tool that a description may speak of. */
    static final Set<String> OTHERS = WordList.of("you user users model agent client they we caller");

    static final Set<String> ARTICLES = WordList.of("a an the");

    static final Set<String> TOOL = WordList.of("it this tool function command endpoint call operation");

    static final Set<String> BE = WordList.of("is are gets get be being been");

    /** Words that open the object of a verb. */
    static final Set<String> DETERMINERS = WordList.of(
            "a an the it them all any this these its their new your each existing one multiple every both those");

    /** Words and marks that open no object: the word before them is a noun, or a verb without object. */
    static final Set<String> NO_OBJECT = WordList.of("""
            to for of from in by and or per since between . , : ) ( / are is was were that which with on at made have has \
            can will - as about within under near around across during along""");

    /** Words after which the participle before them is a deed: "is saved to disk", but not "are saved views". */
    static final Set<String> AFTER_PARTICIPLE =
            WordList.of("to in as and after when from at on for into with once if by , . ) locally");

    private static final Set<String> VERBS_IN_LY = WordList.of("apply reply supply multiply comply imply rely");

    private Grammar() {}

    static boolean isAdverb(String word) {
        return word.length() > 4 && word.endsWith("ly") && !VERBS_IN_LY.contains(word);
    }
}
