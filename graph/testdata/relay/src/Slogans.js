// What a client with Relay asks: the page of items that is in force, to be gone on
// with, an item by its id, and a change.
graphql`
  query SlogansQuery($count: Int!, $cursor: String, $id: ID!) {
    ...Slogans_page @arguments(count: $count, cursor: $cursor)
    node(id: $id) {
      id
      ... on Item {
        ...Slogans_item @alias(as: "item")
      }
    }
  }
`;

graphql`
  fragment Slogans_page on Query
  @refetchable(queryName: "SlogansPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    items(first: $count, after: $cursor) @connection(key: "Slogans_items") {
      edges {
        node {
          id
          ...Slogans_item
        }
      }
    }
  }
`;

graphql`
  fragment Slogans_item on Item {
    key
    kind
    revision
  }
`;

graphql`
  mutation SlogansRegisterMutation($input: RegisterItemInput!) {
    registerItem(input: $input) {
      item {
        id
        ...Slogans_item
      }
    }
  }
`;

graphql`
  subscription SlogansChangedSubscription {
    versionChanged {
      key
      what
      item {
        id
      }
    }
  }
`;
