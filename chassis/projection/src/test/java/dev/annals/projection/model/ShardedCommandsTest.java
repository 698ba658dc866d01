package dev.annals.projection.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedCommandsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{find: 'notes', filter: {owner: 'ann', _id: '1'}}",
        "{find: 'notes-2', filter: {owner: {$in: ['ann', 'ben']}, _id: {$in: ['1']}}}",
        "{find: 'inboxes', filter: {_id: 'ann'}}",
        "{find: 'dead-letters', filter: {}}",
        "{aggregate: 'notes', pipeline: [{$match: {$and: [{owner: 'ann'}, {words: 'a'}]}}]}",
        "{count: 'notes', query: {owner: 'ann'}}",
        "{findAndModify: 'inboxes', query: {_id: 'ann'}, update: {$inc: {last: 1}}}",
        "{insert: 'notifications', documents: [{_id: '1/0', owner: 'ann'}]}",
        "{update: 'notes', updates: [{q: {owner: 'ann', _id: '1'}, u: {}, upsert: true}]}",
        "{delete: 'notes', deletes: [{q: {owner: {$in: ['ann']}, _id: {$in: ['1']}}}]}",
        "{listIndexes: 'notes'}",
        "{getMore: {$numberLong: '1'}, collection: 'notes'}"
      })
  void acceptsACommandThatNamesItsOwners(String command) {
    assertThat(namesOwner(command)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{find: 'notes', filter: {_id: '1'}}",
        "{find: 'notes-2'}",
        "{find: 'notes', filter: {owner: {$gt: 'ann'}}}",
        "{find: 'notes', filter: {$or: [{owner: 'ann'}, {_id: '1'}]}}",
        "{find: 'inboxes', filter: {_id: {$gt: 'ann'}}}",
        "{find: 'a-new-collection', filter: {_id: '1'}}",
        "{aggregate: 'notes', pipeline: [{$group: {_id: 1}}]}",
        "{count: 'notes', query: {}}",
        "{findAndModify: 'notes', query: {_id: '1'}, update: {$set: {n: 1}}}",
        "{insert: 'notifications', documents: [{_id: '1/0', owner: 'ann'}, {_id: '1/1'}]}",
        "{update: 'notes', updates: [{q: {owner: 'ann'}, u: {}}, {q: {_id: '1'}, u: {}}]}",
        "{delete: 'notes', deletes: [{q: {_id: {$in: ['1']}}}]}"
      })
  void refusesACommandThatGoesToAllShards(String command) {
    assertThat(namesOwner(command)).isFalse();
  }

  @Test
  void refusesACommandWhoseFilterItDoesNotKnow() {
    assertThatThrownBy(() -> namesOwner("{mapReduce: 'notes'}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean namesOwner(String json) {
    BsonDocument command = BsonDocument.parse(json);
    return ShardedCommands.namesOwner(command.getFirstKey(), command);
  }
}
