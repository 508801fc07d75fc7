package dev.interlock.effect;

import dev.interlock.effect.Lexicon.Form;
import dev.interlock.effect.Lexicon.Kind;
import dev.interlock.effect.Lexicon.Word;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds tools that compute from their arguments alone. Calls of a pure tool wait for no others, so all signs must
 * agree: the main verb computes or transforms a value; every parameter is a value and no name to look up; and no word
 * hints at the world outside.
 */
final class PureReading {

    private static final Map<String, Word> COMPUTING = Lexicon.forms("""
            calculate compute integrate differentiate factor factorize factorise solve approximate""");

    /** Verbs that compute if their object is a value, and change something otherwise. */
    private static final Map<String, Word> TRANSFORMING = Lexicon.forms("""
            convert reverse sort count capitalize capitalise uppercase lowercase trim tokenize encode decode hash concatenate \
            transpose invert normalize normalise round multiply divide subtract add sum average fit split strip pad join""");

    /**
     * Verbs that compute if their object is a text, a list or a number. With a volume, an angle or a color they turn a
     * knob.
     */
    private static final Map<String, Word> MOVING = Lexicon.forms("raise rotate swap shift round repeat");

    private static final Set<String> MOVABLE = WordList.of("""
            string text word sentence phrase character letter digit list array matrix matrices vector""");

    /** But not "the number of replicas". */
    private static final Set<String> NUMBERS = WordList.of("number integer decimal");

    /** Verbs that compute if their object is a mathematical result, and look something up otherwise. */
    private static final Map<String, Word> FINDING = Lexicon.forms("find determine evaluate derive");

    private static final Set<String> RESULTS = WordList.of("""
            root factor divisor multiple derivative integral determinant eigenvalue eigenvector mean median mode average variance \
            deviation hypotenuse factorial logarithm gradient quotient remainder permutation combination gcd lcm sum product \
            solution inverse transpose intersection intercept slope distance""");

    /** Values that such a result belongs to if the tool computes it and does not look it up. */
    private static final Set<String> OF_VALUES = WordList.of("""
            number numbers integer integers value values matrix matrices polynomial equation equations function expression vector \
            vectors list array triangle line lines sequence set dataset series points""");

    /** Verbs that compute if they ask for an inherent property of a number or a text. */
    private static final Map<String, Word> TESTING = Lexicon.forms("check determine test tell verify");

    private static final Set<String> WHETHER = WordList.of("if whether");
    private static final Set<String> PROPERTIES =
            WordList.of("prime leap palindrome anagram anagrams even odd divisible perfect square armstrong coprime");

    private static final Map<String, Word> PERFORMING = Lexicon.forms("perform do execute run");

    private static final Set<String> OPERATIONS = WordList.of("""
            integration differentiation interpolation extrapolation factorization multiplication division addition subtraction \
            calculation computation conversion regression t-test chi-squared chi-square anova z-test f-test fft convolution transform arithmetic exponentiation""");

    private static final Set<String> VALUES = WordList.of("""
            string text word sentence phrase paragraph number integer digit list array matrix matrices vector value unit \
            temperature length weight distance angle character letter vowel consonant polynomial fraction decimal binary \
            hexadecimal octal numeral base64 expression equation function measurement pressure speed volume area mass energy \
            degree radian celsius fahrenheit kelvin color colour line curve""");

    private static final Set<String> ORDERS = WordList.of("order direction ascending descending");

    /** Names of parameters that identify a thing, even by a number. */
    private static final Set<String> THINGS = WordList.of("""
            id ids uuid key account order phone customer user card invoice ticket tracking serial room flight case policy member \
            employee student patient product item zip zipcode postal isbn sku port pid handle reference currency symbol ticker \
            city country state region location place address zone project repo repository team company file path url table \
            database date day month timestamp""");

    /** Words for things outside the arguments: they change, or the tool looks them up. */
    private static final Set<String> WORLD = WordList.of("""
            current currently latest live real-time realtime now today tomorrow yesterday recent recently upcoming random \
            randomly exchange currency currencies market markets stock stocks crypto cryptocurrency weather forecast traffic \
            route routes driving api apis service services server online web internet website url urls database record records \
            account accounts user's customer customers inventory orders shipping delivery shipment tariff city cities \
            country countries location locations address addresses file files path directory folder cache memory history \
            historical session conversation previous previously stored saved existing our my logged-in table sheet \
            spreadsheet calendar deadline remaining until countdown fetch fetches fetching retrieve retrieves retrieving \
            lookup search searches query queries download model trained ai llm network blockchain gas uploaded device sensor log logs event events""");

    /** Amounts that people set. The tool looks them up unless a parameter holds them. */
    private static final Set<String> PRICES = WordList.of("""
            fee premium fare price quote tax cost charge tariff commission toll wage salary bonus emission""");

    private static final Set<String> RATES =
            WordList.of("rate percentage percent factor salary wage cost costs price fee expenses multiplier");

    private PureReading() {}

    static boolean computes(List<String> words, List<Sentence> sentences, Map<String, ParameterType> parameters) {
        Optional<Sentence> main = DescriptionReading.mainSentence(sentences);
        return main.isPresent()
                && !parameters.isEmpty()
                && mainVerbComputes(main.get())
                && allAreValues(main.get(), parameters)
                && (!objectIs(main.get(), PRICES)
                        || parameters.keySet().stream().anyMatch(PureReading::isRate))
                && words.stream().noneMatch(WORLD::contains)
                && nameAgrees(words, main.get())
                && sentences.stream().allMatch(sentence -> isHarmless(sentence, sentence.equals(main.get())));
    }

    private static boolean mainVerbComputes(Sentence s) {
        String verb = s.at(s.head());
        if (PERFORMING.containsKey(verb)) {
            return objectIs(s, OPERATIONS);
        }
        if (TESTING.containsKey(verb) && WHETHER.contains(s.at(s.head() + 1))) {
            return s.has(PROPERTIES, s.head() + 2, s.size());
        }
        if (FINDING.containsKey(verb)) {
            return objectIs(s, RESULTS) && s.has(OF_VALUES, s.head() + 1, s.size());
        }
        if (RESULTS.contains(NounPhrase.noun(s))) {
            return s.has(OF_VALUES, s.head() + 1, s.size());
        }
        if (MOVING.containsKey(verb)) {
            return isMovable(s);
        }
        return COMPUTING.containsKey(verb)
                || (TRANSFORMING.containsKey(verb) && objectIs(s, VALUES) && !goesIntoSomething(s, verb));
    }

    private static boolean allAreValues(Sentence s, Map<String, ParameterType> parameters) {
        Operands operands = new Operands(s, parameters);
        return operandsAreGiven(s, operands)
                && parameters.entrySet().stream()
                        .allMatch(each -> isValue(each.getKey(), each.getValue(), s, operands));
    }

    /** A question about a property needs no more than a value; a year is one, too. */
    private static boolean operandsAreGiven(Sentence s, Operands operands) {
        String verb = s.at(s.head());
        if (TESTING.containsKey(verb) && WHETHER.contains(s.at(s.head() + 1))) {
            return true;
        }
        boolean transforms = TRANSFORMING.containsKey(verb) || MOVING.containsKey(verb);
        return transforms ? operands.holdObject() : operands.areGiven();
    }

    private static boolean isMovable(Sentence s) {
        for (int i = s.head() + 1; i < s.objectEnd(); i++) {
            String noun = Nouns.singular(s.at(i));
            if (MOVABLE.contains(s.at(i))
                    || MOVABLE.contains(noun)
                    || (NUMBERS.contains(noun) && !s.at(i + 1).equals("of"))) {
                return true;
            }
        }
        return false;
    }

    /** "Adds a number to a list" may change the list. */
    private static boolean goesIntoSomething(Sentence s, String verb) {
        String next = s.at(s.objectEnd());
        return verb.startsWith("add") && (next.equals("to") || next.equals("in"));
    }

    private static boolean objectIs(Sentence s, Set<String> nouns) {
        for (int i = s.head() + 1;
                i < s.size() && (s.at(i).equals("of") || !Grammar.NO_OBJECT.contains(s.at(i)));
                i++) {
            if (nouns.contains(s.at(i)) || nouns.contains(Nouns.singular(s.at(i)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHarmless(Sentence s, boolean first) {
        return !s.has(WORLD) && !SideEffects.in(s, first) && !People.in(s, first);
    }

    private static boolean isValue(String parameter, ParameterType type, Sentence main, Operands operands) {
        List<String> words = ToolName.words(parameter);
        if (words.isEmpty() || words.stream().anyMatch(word -> THINGS.contains(ParameterNoun.withoutDigits(word)))) {
            return words.size() == 1
                    && ORDERS.contains(words.get(0))
                    && main.at(main.head()).startsWith("sort");
        }
        return operands.isValue(parameter, type);
    }

    private static boolean isRate(String parameter) {
        return ToolName.words(parameter).stream().anyMatch(RATES::contains);
    }

    /** Whether the name has no verbs but those that compute, and the one of the description. */
    private static boolean nameAgrees(List<String> words, Sentence main) {
        String verb = main.at(main.head());
        for (String word : words) {
            Word known = Lexicon.verb(word);
            boolean deed = known != null
                    && known.form() == Form.BASE
                    && !known.kind().reads()
                    && known.kind() != Kind.NOUN
                    && !Lexicon.isThing(word);
            boolean same = verb.startsWith(word.endsWith("e") ? word.substring(0, word.length() - 1) : word);
            if (deed && !same) {
                return false;
            }
        }
        return true;
    }
}
